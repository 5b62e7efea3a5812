//! Names that are spelled like a wrong one.

/// At most three of the names, the most alike first.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    // Part of a name is what people remember of a long id.
    names.sort_by_key(|name| (!name.contains(wrong), distance(wrong, name), *name));
    names.truncate(3);
    names
}

/// The number of bytes to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, pair) in to.bytes().zip(row.windows(2)) {
            let [above_left, above] = pair else { break };
            left = (above_left + usize::from(a != b)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_changes() {
        for (from, to, changes) in
            [("", "abc", 3), ("abc", "", 3), ("abc", "adc", 1), ("a", "a", 0)]
        {
            assert_eq!(distance(from, to), changes, "{from} {to}");
        }
    }

    #[test]
    fn part_of_a_name_comes_before_a_similar_one() {
        let names = ["server.par.a", "server.par.dpop-missing", "server.par.b"];
        assert_eq!(nearest("dpop-missing", names.into_iter())[0], "server.par.dpop-missing");
        assert_eq!(nearest("server.par.bb", names.into_iter())[0], "server.par.b");
    }
}
