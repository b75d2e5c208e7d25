-- SPDX-License-Identifier: Apache-2.0
-- Answers a request with what the back end learned about it: method, path, node, visitor, and whether a token leaked.

function handle(r)
    local given = r.headers_in
    r.content_type = "text/plain"
    r:puts("method: ", r.method, "\n")
    r:puts("path: ", r.uri, "\n")
    r:puts("node: ", given["X-Node"] or "none", "\n")
    r:puts("user: ", given["X-Remote-User"] or "none", "\n")
    r:puts("authorization: ", given["Authorization"] and "present" or "absent", "\n")
    return apache2.OK
end
