//! Whether a page of another origin may use an endpoint (Fetch, section 3.3).

use atproof_protocol::record::Response;

/// The origin of the page.
pub(crate) const ORIGIN: &str = "https://app.example";

/// Whether the page may read an answer, and what the answer says on it.
pub(crate) fn may_read(response: &Response) -> Result<String, String> {
    let values: Vec<&str> = response.headers_named("access-control-allow-origin").collect();
    match values.as_slice() {
        [value] if *value == "*" || *value == ORIGIN => {
            Ok(format!("Access-Control-Allow-Origin: {value}"))
        }
        [] => Err("no Access-Control-Allow-Origin".to_owned()),
        [value] => Err(format!("Access-Control-Allow-Origin: {value}")),
        // A browser joins them, and the result is neither `*` nor an origin.
        values => Err(format!("Access-Control-Allow-Origin {} times", values.len())),
    }
}

/// Whether a preflight answer lets the page send a POST request with this header field. POST
/// itself and the media type of forms need no leave.
pub(crate) fn may_send(response: &Response, field: &str) -> Result<String, String> {
    if !(200..300).contains(&response.status) {
        return Err(format!("preflight answered with {}", response.status));
    }
    may_read(response).map_err(|why| format!("preflight with {why}"))?;
    let allowed: Vec<&str> = response
        .headers_named("access-control-allow-headers")
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    // `*` covers every field but Authorization.
    let covers = |allowed: &&str| {
        allowed.eq_ignore_ascii_case(field)
            || (*allowed == "*" && !field.eq_ignore_ascii_case("authorization"))
    };
    if allowed.iter().any(covers) {
        return Ok(format!("preflight allows {field}"));
    }
    Err(format!("preflight with Access-Control-Allow-Headers: {}", allowed.join(", ")))
}

#[cfg(test)]
mod tests {
    use atproof_protocol::record::Body;

    use super::*;

    fn response(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Response { status, headers, body: Body::default() }
    }

    #[test]
    fn reads_as_a_browser_does() {
        let origin = "Access-Control-Allow-Origin";
        let headers = "access-control-allow-headers";
        assert!(may_read(&response(200, &[(origin, "*")])).is_ok());
        assert!(may_read(&response(200, &[(origin, "https://app.example")])).is_ok());
        assert!(may_read(&response(200, &[(origin, "*"), (origin, "*")])).is_err());
        assert!(may_read(&response(200, &[(origin, "https://other.example")])).is_err());
        let preflight = |status, allowed| response(status, &[(origin, "*"), (headers, allowed)]);
        assert!(may_send(&preflight(204, "Content-Type,DPoP"), "dpop").is_ok());
        assert!(may_send(&preflight(200, "*"), "dpop").is_ok());
        assert!(may_send(&preflight(200, "*"), "authorization").is_err());
        assert!(may_send(&preflight(200, "content-type"), "dpop").is_err());
        assert!(may_send(&preflight(405, "*"), "dpop").is_err());
    }
}
