//! Words as they are compared: lower case, without accents, names split where they are joined.

/// Words that say nothing about a parameter.
const STOP: &[&str] = &[
    "a",
    "an",
    "the",
    "my",
    "your",
    "our",
    "is",
    "are",
    "was",
    "be",
    "it",
    "of",
    "for",
    "to",
    "in",
    "on",
    "at",
    "by",
    "with",
    "and",
    "or",
    "what",
    "which",
    "who",
    "how",
    "where",
    "why",
    "when",
    "does",
    "do",
    "i",
    "me",
    "this",
    "that",
    "from",
    "can",
    "will",
    "get",
    "set",
    "show",
    "change",
    "see",
    "der",
    "die",
    "das",
    "den",
    "dem",
    "des",
    "ein",
    "eine",
    "einen",
    "einer",
    "mein",
    "meine",
    "meinen",
    "ist",
    "sind",
    "war",
    "wird",
    "wurde",
    "fuer",
    "von",
    "vom",
    "zu",
    "zum",
    "zur",
    "im",
    "am",
    "auf",
    "an",
    "bei",
    "mit",
    "und",
    "oder",
    "was",
    "welche",
    "welcher",
    "welches",
    "welchen",
    "wer",
    "wie",
    "wo",
    "warum",
    "wann",
    "ich",
    "mir",
    "es",
    "sich",
    "durch",
    "aendern",
    "zeigen",
    "anzeigen",
    "einstellen",
    "einstellung",
    "schon",
    "man",
    "setting",
];

/// Whether a folded word says nothing by itself.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP.contains(&word)
}

/// Lower case, German letters in two, other accents as they are.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' | 'ẞ' => out.push_str("ss"),
            'é' | 'è' | 'É' | 'È' => out.push('e'),
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

/// Folded words of a text, split at everything that is no letter or digit.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let parts = folded.split(|character: char| !character.is_alphanumeric());
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words a name is joined of: `KeyPassphrase` is key and passphrase, `IPv4Address` is ipv4 and
/// address, `SSIDAdvertisementEnabled` is ssid, advertisement, enabled.
pub(super) fn words_of_name(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for (index, character) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
                || (before.is_some_and(|c| c.is_uppercase())
                    && after.is_some_and(|c| c.is_lowercase() && *c != 'v' && *c != 's')));
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            out.push(fold(&std::mem::take(&mut word)));
        }
        if character.is_alphanumeric() {
            word.push(*character);
        }
    }
    if !word.is_empty() {
        out.push(fold(&word));
    }
    out
}

/// Whether two words differ by at most `most` letters put in, left out, changed or swapped.
pub(super) fn is_close(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most || a.len() > 40 || b.len() > 40 {
        return false;
    }
    let mut rows = [
        vec![0; b.len() + 1],
        (0..=b.len()).collect::<Vec<usize>>(),
        vec![0; b.len() + 1],
    ];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[1][j] + 1)
                .min(rows[2][j - 1] + 1)
                .min(rows[1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = least;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()] <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_their_words() {
        for (name, expected) in [
            ("KeyPassphrase", "key passphrase"),
            ("IPv4Address", "ipv4 address"),
            ("SSIDAdvertisementEnabled", "ssid advertisement enabled"),
            ("DNSServers", "dns servers"),
            ("X_MAKER_GuestWiFi", "x maker guest wi fi"),
            ("NTPServer1", "ntp server1"),
            ("UpTime", "up time"),
        ] {
            assert_eq!(words_of_name(name).join(" "), expected);
        }
        assert_eq!(
            words("WLAN-Schlüssel, größe"),
            ["wlan", "schluessel", "groesse"]
        );
    }

    #[test]
    fn a_slip_of_the_finger_is_close() {
        assert!(is_close("passwrod", "password", 1));
        assert!(is_close("chanel", "channel", 1));
        assert!(is_close("schlussel", "schluessel", 1));
        assert!(!is_close("pass", "password", 2));
        assert!(!is_close("dns", "dhcp", 1));
    }
}
