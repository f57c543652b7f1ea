use upnp::access_control::RoleList;

use super::*;

const HERE: &str = "11111111-2222-5333-8444-555555555555";
const THERE: &str = "66666666-7777-5888-9999-aaaaaaaaaaaa";

fn user(name: &str, roles: &str) -> AclEntry {
    AclEntry {
        identity: Identity::User {
            name: name.to_owned(),
        },
        introduced: false,
        roles: RoleList::parse(roles),
    }
}

fn control_point(name: &str, alias: Option<&str>, id: &str, roles: &str) -> AclEntry {
    AclEntry {
        identity: Identity::ControlPoint {
            name: name.to_owned(),
            alias: alias.map(str::to_owned),
            id: id.to_owned(),
        },
        introduced: true,
        roles: RoleList::parse(roles),
    }
}

fn acl(entries: &[AclEntry]) -> Acl {
    Acl {
        identities: entries.to_vec(),
        roles: ["Public", "Basic", "Admin"]
            .iter()
            .filter_map(|role| Role::parse(role))
            .collect(),
    }
}

fn own(user: Option<&str>) -> Own {
    Own {
        control_point: IdentityUuid::from_str(HERE).ok(),
        user: user.map(str::to_owned),
    }
}

#[track_caller]
fn check(list: &Acl, own: &Own, who: &str, taken: Taken<'_>, expected: Option<OwnBranch>) {
    let of = &find(list, who).expect("it is in the list").identity;
    assert_eq!(own.branch(list, of, taken), expected, "{who} {taken:?}");
}

#[test]
fn the_own_admin_through_the_certificate_is_a_branch() {
    let list = acl(&[
        user("anna", "Admin"),
        control_point("desk", None, HERE, "Basic Admin"),
        control_point("other", None, THERE, "Admin"),
    ]);
    let own = own(None);
    let admin = Taken::Role("Admin");
    check(&list, &own, HERE, admin, Some(OwnBranch::OwnAdmin));
    check(&list, &own, HERE, Taken::Role("Basic"), None);
    check(
        &list,
        &own,
        HERE,
        Taken::Everything,
        Some(OwnBranch::ThisComputer),
    );
    check(&list, &own, THERE, Taken::Everything, None);
    check(&list, &own, "anna", Taken::Everything, None);
}

#[test]
fn the_own_admin_through_a_login_is_a_branch() {
    let list = acl(&[
        user("anna  k", "Admin"),
        user("bert", "Admin"),
        control_point("desk", None, HERE, "Basic"),
    ]);
    let own = own(Some("anna k"));
    let admin = Taken::Role("Admin");
    check(&list, &own, "anna k", admin, Some(OwnBranch::OwnAdmin));
    check(
        &list,
        &own,
        "anna k",
        Taken::Everything,
        Some(OwnBranch::OwnAdmin),
    );
    check(&list, &own, "bert", Taken::Everything, None);
    check(
        &list,
        &own,
        HERE,
        Taken::Everything,
        Some(OwnBranch::ThisComputer),
    );
}

#[test]
fn with_two_sources_of_admin_one_can_go() {
    let list = acl(&[
        user("anna", "Admin"),
        control_point("desk", None, HERE, "Admin"),
    ]);
    let own = own(Some("anna"));
    check(&list, &own, "anna", Taken::Everything, None);
    check(&list, &own, HERE, Taken::Role("Admin"), None);
}

#[test]
fn the_last_admin_of_all_is_a_branch_even_of_somebody_else() {
    let list = acl(&[
        user("anna", "Admin"),
        user("bert", "Basic"),
        control_point("desk", None, HERE, "Basic"),
    ]);
    let own = own(None);
    check(
        &list,
        &own,
        "anna",
        Taken::Everything,
        Some(OwnBranch::LastAdmin),
    );
    check(&list, &own, "anna", Taken::Role("Basic"), None);
    check(&list, &own, "bert", Taken::Everything, None);
    let nobody = acl(&[user("bert", "Basic")]);
    check(&nobody, &own, "bert", Taken::Everything, None);
}

#[test]
fn identities_are_found_by_whatever_names_one() {
    let list = acl(&[
        user("anna", "Admin"),
        control_point("laptop", Some("Bea's laptop"), HERE, ""),
        control_point("laptop", Some("anna"), THERE, ""),
    ]);
    let found = |who: &str| find(&list, who).map(|entry| key(&entry.identity));
    let here = format!("control-point:{HERE}");
    let there = format!("control-point:{THERE}");
    assert_eq!(found("Bea's  laptop"), Ok(here.clone()));
    assert_eq!(
        found(&format!("uuid:{}", HERE.to_uppercase())),
        Ok(here.clone())
    );
    assert_eq!(found(&here), Ok(here.clone()));
    assert_eq!(found("user:anna"), Ok("user:anna".to_owned()));
    assert_eq!(found("Anna"), Err(NotFound::Nobody));
    assert_eq!(
        found("laptop"),
        Err(NotFound::Several(vec![here, there.clone()]))
    );
    assert_eq!(
        found("anna"),
        Err(NotFound::Several(vec!["user:anna".to_owned(), there]))
    );
}

#[test]
fn a_view_says_who_we_are_and_what_takes_the_name() {
    let list = acl(&[
        user("anna", "Basic"),
        control_point("desk", None, HERE, "Admin"),
    ]);
    let unknown = [UnknownPart {
        place: "ACL".to_owned(),
        xml: "<X></X>".to_owned(),
    }];
    let view = own(Some("anna")).view(&list, &unknown);
    let marks: Vec<(bool, bool, bool, bool)> = view
        .identities
        .iter()
        .map(|identity| {
            (
                identity.is_this_computer,
                identity.is_logged_in,
                identity.removal_needs_name,
                identity.admin_needs_name,
            )
        })
        .collect();
    assert_eq!(
        marks,
        [(false, true, false, false), (true, false, true, true)]
    );
    assert_eq!(view.roles, ["Public", "Basic", "Admin"]);
    assert_eq!(view.unknown.len(), 1);
}
