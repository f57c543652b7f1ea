//! In which order edits are sent.
//!
//! Rows are made first, since values may name them; then values, in one request where that
//! can be; then rows are deleted. What may cut this computer off comes after everything
//! else, so that the rest has arrived by then.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use crate::draft::{warning, Edit};
use crate::edit_path::{self, EditKind};
use crate::view::EditWarning;

/// One request, by the places of its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// CreateInstance with the row's own parameters.
    Create {
        /// The row.
        row: usize,
        /// Parameters directly in it.
        members: Vec<usize>,
    },
    /// SetValues.
    Set(Vec<usize>),
    /// DeleteInstance.
    Delete(usize),
}

impl Call {
    /// Places of the edits it carries.
    pub fn edits(&self) -> Vec<usize> {
        match self {
            Call::Create { row, members } => std::iter::once(row).chain(members).copied().collect(),
            Call::Set(edits) => edits.clone(),
            Call::Delete(row) => vec![*row],
        }
    }
}

/// The requests for these edits, in order. `shown` gives the other notation of a path.
pub(crate) fn calls(edits: &[Edit], shown: impl Fn(&str) -> String) -> Vec<Call> {
    let mut creates: Vec<usize> = of_kind(edits, EditKind::Create);
    // An outer row before the rows in it.
    creates.sort_by_key(|at| edits[*at].upnp_path.matches('/').count());
    let new_rows: Vec<String> = creates
        .iter()
        .flat_map(|at| {
            let row = edits[*at].upnp_path.as_str();
            [row.to_owned(), shown(row)].map(|row| row.trim_end_matches(['/', '.']).to_owned())
        })
        .collect();
    let names_new_row = |edit: &Edit| {
        new_rows
            .iter()
            .any(|row| edit.new.expose().contains(row.as_str()))
    };
    let mut calls = Vec::new();
    let mut carried = vec![false; edits.len()];
    for row in creates {
        let path = edits[row].upnp_path.as_str();
        let members: Vec<usize> = (0..edits.len())
            .filter(|at| {
                let rest = edits[*at].upnp_path.strip_prefix(path);
                rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
                    // A row may only be named once it is there.
                    && !names_new_row(&edits[*at])
            })
            .collect();
        members.iter().for_each(|at| carried[*at] = true);
        calls.push(Call::Create { row, members });
    }
    let mut sets: Vec<usize> = of_kind(edits, EditKind::Set);
    sets.retain(|at| !carried[*at]);
    let risk = |at: &usize| warning(&shown(&edits[*at].upnp_path));
    sets.sort_by_key(risk);
    let mut deletes = of_kind(edits, EditKind::Delete);
    // An outer row takes along what is in it, so it risks no less.
    let taken_along = |at: &usize| {
        let outer = edits[*at].upnp_path.as_str();
        let inner = |other: &&usize| edits[**other].upnp_path.starts_with(outer);
        deletes.iter().filter(inner).map(risk).max().flatten()
    };
    let losses: HashMap<usize, Option<EditWarning>> =
        deletes.iter().map(|at| (*at, taken_along(at))).collect();
    let risk = |at: &usize| losses.get(at).copied().unwrap_or_else(|| risk(at));
    // A row in a row before the outer one: afterwards it would not be there any more.
    deletes.sort_by_key(|at| (risk(at), Reverse(edits[*at].upnp_path.matches('/').count())));
    let cuts = |at: &usize| risk(at) >= Some(EditWarning::AddressMoves);
    if deletes.is_empty() {
        // All or nothing is worth more than an order within one request.
        calls.extend(set_call(&sets, 0..sets.len()));
        return calls;
    }
    let safe = sets.iter().position(cuts).unwrap_or(sets.len());
    let (deletes_late, deletes_first): (Vec<usize>, Vec<usize>) =
        deletes.into_iter().partition(cuts);
    calls.extend(set_call(&sets, 0..safe));
    calls.extend(deletes_first.into_iter().map(Call::Delete));
    calls.extend(set_call(&sets, safe..sets.len()));
    calls.extend(deletes_late.into_iter().map(Call::Delete));
    calls
}

fn set_call(sets: &[usize], part: Range<usize>) -> Option<Call> {
    let part = sets.get(part)?;
    (!part.is_empty()).then(|| Call::Set(part.to_vec()))
}

fn of_kind(edits: &[Edit], kind: EditKind) -> Vec<usize> {
    let is = |at: &usize| edit_path::EditKind::of(&edits[*at].upnp_path) == kind;
    (0..edits.len()).filter(is).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DraftValue;

    fn edits(edits: &[(&str, &str)]) -> Vec<Edit> {
        let edit = |(path, value): &(&str, &str)| Edit {
            upnp_path: (*path).to_owned(),
            old: None,
            new: DraftValue::Plain((*value).to_owned()),
        };
        edits.iter().map(edit).collect()
    }

    fn shown(path: &str) -> String {
        path.replacen("/BBF/", "Device.", 1).replace('/', ".")
    }

    #[test]
    fn values_alone_go_in_one_request_the_riskiest_last() {
        let edits = edits(&[
            ("/BBF/IP/Interface/0/IPv4Address/0/IPAddress", "192.0.2.1"),
            ("/BBF/Time/NTPServer1", "ntp.example"),
        ]);
        assert_eq!(calls(&edits, shown), [Call::Set(vec![1, 0])]);
        assert_eq!(calls(&[], shown), []);
    }

    #[test]
    fn rows_come_before_values_and_go_after_them() {
        let edits = edits(&[
            ("/BBF/NAT/PortMapping/3/", ""),
            ("/BBF/DHCPv4/Server/Pool/+1/StaticAddress/+2/", ""),
            ("/BBF/DHCPv4/Server/Pool/+1/StaticAddress/+2/Chaddr", "x"),
            ("/BBF/DHCPv4/Server/Pool/+1/", ""),
            ("/BBF/DHCPv4/Server/Pool/+1/Alias", "x"),
            ("/BBF/Time/NTPServer1", "x"),
            ("/BBF/IP/Interface/0/IPv4Address/0/IPAddress", "192.0.2.1"),
            ("/BBF/IP/Interface/0/IPv4Address/1/", ""),
            ("/BBF/DHCPv4/Server/Pool/0/StaticAddress/4/", ""),
        ]);
        assert_eq!(
            calls(&edits, shown),
            [
                Call::Create {
                    row: 3,
                    members: vec![4]
                },
                Call::Create {
                    row: 1,
                    members: vec![2]
                },
                Call::Set(vec![5]),
                // The deeper row first: it might be in the other one.
                Call::Delete(8),
                Call::Delete(0),
                Call::Set(vec![6]),
                // An address of the gateway goes at the very end.
                Call::Delete(7),
            ]
        );
    }

    #[test]
    fn an_inner_row_goes_before_the_outer_one_even_where_it_alone_may_cut_off() {
        let edits = edits(&[
            ("/BBF/X_Vendor/Site/0/", ""),
            ("/BBF/X_Vendor/Site/0/IPv4Address/1/", ""),
            ("/BBF/NAT/PortMapping/3/", ""),
        ]);
        let inner = |at: usize| warning(&shown(&edits[at].upnp_path));
        assert!(inner(0) < inner(1), "or this tests nothing");
        let expected = [Call::Delete(2), Call::Delete(1), Call::Delete(0)];
        assert_eq!(calls(&edits, shown), expected);
    }

    #[test]
    fn a_value_that_names_a_new_row_waits_for_it() {
        let edits = edits(&[
            ("/BBF/A/+1/", ""),
            ("/BBF/A/+1/LowerLayers", "Device.B.+2"),
            ("/BBF/A/+1/Name", "x"),
            ("/BBF/B/+2/", ""),
        ]);
        assert_eq!(
            calls(&edits, shown),
            [
                Call::Create {
                    row: 0,
                    members: vec![2]
                },
                Call::Create {
                    row: 3,
                    members: vec![]
                },
                Call::Set(vec![1]),
            ]
        );
    }
}
