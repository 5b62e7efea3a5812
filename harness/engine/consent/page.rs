//! What play may ask of a page whose whole text does not go into the record.

use atproof_protocol::form;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::browse::Page;

/// Attributes by which a page leads elsewhere.
const LEADING: [&[u8]; 5] = [b"href", b"src", b"action", b"formaction", b"data"];

/// Where a page has a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// In what a person reads.
    Text,
    /// In its source: an attribute, or data that a script of the page may show.
    Data,
    /// Nowhere.
    Nowhere,
}

impl Page {
    /// Where the page has this text, however its markup and its scripts spell it.
    pub fn shows(&self, text: &str) -> Showing {
        if super::form::visible_text(&self.text).contains(text) {
            return Showing::Text;
        }
        let plain =
            [("&amp;", "&"), ("&#39;", "'"), ("&quot;", "\""), ("\\u0026", "&"), ("\\/", "/")];
        let source = plain
            .iter()
            .fold(self.text.clone(), |source, (spelled, meant)| source.replace(spelled, meant));
        let encoded = form::percent_encode(text);
        if source.contains(text) || source.contains(&encoded) {
            return Showing::Data;
        }
        Showing::Nowhere
    }

    /// Status of the answer that brought it.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Whether markup of the page begins an element of this name. Text that is escaped, or stands
    /// in a script, is no markup.
    pub fn has_element(&self, name: &str) -> bool {
        self.tags().iter().any(|tag| tag.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The `content` of the `meta` elements of this name.
    pub fn meta(&self, name: &str) -> Vec<String> {
        self.metas(b"name", name)
    }

    /// Where links, forms, embedded resources and a refresh of the page lead, as written.
    pub fn links(&self) -> Vec<String> {
        let tags = self.tags();
        let attributes = tags.iter().flat_map(|tag| &tag.attributes);
        let mut links: Vec<String> = attributes
            .filter(|(name, _)| LEADING.contains(&name.as_slice()))
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect();
        links.extend(self.metas(b"http-equiv", "refresh"));
        links
    }

    fn metas(&self, key: &[u8], name: &str) -> Vec<String> {
        let tags = self.tags();
        let named = tags.iter().filter(|tag| {
            let value = tag.attributes.get(key);
            &**tag.name == b"meta" && value.is_some_and(|v| v.eq_ignore_ascii_case(name.as_bytes()))
        });
        let contents = named.filter_map(|tag| tag.attributes.get(b"content".as_slice()));
        contents.map(|content| String::from_utf8_lossy(content).into_owned()).collect()
    }

    fn tags(&self) -> Vec<StartTag<()>> {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let tokens = Tokenizer::new_with_emitter(self.text.as_str(), emitter);
        tokens
            .filter_map(|token| match token {
                Ok(Token::StartTag(tag)) => Some(tag),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page { url: String::new(), status: 200, text: text.to_owned() }
    }

    #[test]
    fn tells_markup_from_text() {
        assert!(page(r#"<input value=""><x-atproof>">"#).has_element("x-atproof"));
        for harmless in [
            r#"<input value="&quot;><x-atproof>">"#,
            "<p>&lt;x-atproof></p>",
            r#"<script>var state = "\"><x-atproof>"</script>"#,
        ] {
            assert!(!page(harmless).has_element("x-atproof"), "{harmless}");
        }
    }

    #[test]
    fn finds_text_in_any_spelling() {
        let id = "http://localhost?a=1&b=2";
        for (source, showing) in [
            ("<p>http://localhost?a=1&amp;b=2</p>", Showing::Text),
            (r#"<input value="http://localhost?a=1&amp;b=2">"#, Showing::Data),
            (r#"<script>x = "http:\/\/localhost?a=1\u0026b=2"</script>"#, Showing::Data),
            ("<p>http://localhost</p>", Showing::Nowhere),
        ] {
            assert_eq!(page(source).shows(id), showing, "{source}");
        }
    }

    #[test]
    fn finds_where_a_page_leads() {
        let page = page(
            r#"<meta name="Referrer" content="no-referrer"><a href="https://a/">a</a>
            <META http-equiv="Refresh" content="0; url=https://b/"><p>https://c/</p>"#,
        );
        assert_eq!(page.links(), ["https://a/", "0; url=https://b/"]);
        assert_eq!(page.meta("referrer"), ["no-referrer"]);
    }
}
