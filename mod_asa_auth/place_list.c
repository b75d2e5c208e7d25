/* SPDX-License-Identifier: Apache-2.0
 *
 * Merges a server's sections as a request for each of their paths would.
 */
#include "mod_asa_auth/place_list.h"

#include <string.h>

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>

#include "mod_asa_auth/sample_path.h"

typedef struct {
    apr_pool_t *pool;
    server_rec *server;
    const apr_array_header_t *sections; /* ap_conf_vector_t * */
    bool folders;                       /* <Directory>, which holds for what is below it */
} list_t;

static const core_dir_config *core_of(ap_conf_vector_t *section)
{
    return ap_get_core_module_config(section);
}

static ap_conf_vector_t *section_at(const list_t *list, int i)
{
    return APR_ARRAY_IDX(list->sections, i, ap_conf_vector_t *);
}

static bool is_below(const char *path, const char *place)
{
    size_t len = strlen(place);

    return strncmp(path, place, len) == 0 &&
           (len == 0 || place[len - 1] == '/' || path[len] == '/' || path[len] == '\0');
}

/* A pattern of a <Directory> may name a folder above. */
static bool fits_pattern(const list_t *list, const char *pattern, const char *path)
{
    char *part;

    if (apr_fnmatch(pattern, path, APR_FNM_PATHNAME) == APR_SUCCESS) {
        return true;
    }
    part = apr_pstrdup(list->pool, path);
    for (char *end = strrchr(part, '/'); list->folders && end != NULL && end != part;
         end = strrchr(part, '/')) {
        *end = '\0';
        if (apr_fnmatch(pattern, part, APR_FNM_PATHNAME) == APR_SUCCESS) {
            return true;
        }
    }
    return false;
}

static bool holds_for(const list_t *list, const core_dir_config *section, const char *path)
{
    if (section->r != NULL) {
        return ap_regexec(section->r, path, 0, NULL, 0) == 0;
    }
    return section->d_is_fnmatch ? fits_pattern(list, section->d, path)
                                 : is_below(path, section->d);
}

/* A path that the section was written for; "/" if none can be told. */
static const char *path_of(const list_t *list, const core_dir_config *section)
{
    const char *path =
        section->r != NULL ? mod_asa_sample_path(list->pool, section->d) : section->d;

    return path != NULL && holds_for(list, section, path) ? path : "/";
}

static ap_conf_vector_t *merge(const list_t *list, int own)
{
    const char *path = path_of(list, core_of(section_at(list, own)));
    ap_conf_vector_t *all = list->server->lookup_defaults;

    for (int i = 0; i < list->sections->nelts; i++) {
        if (i == own || holds_for(list, core_of(section_at(list, i)), path)) {
            all = ap_merge_per_dir_configs(list->pool, all, section_at(list, i));
        }
    }
    return all;
}

static bool same_place(const core_dir_config *a, const core_dir_config *b)
{
    return (a->r != NULL) == (b->r != NULL) && strcmp(a->d, b->d) == 0;
}

static bool comes_again(const list_t *list, int own)
{
    const core_dir_config *section = core_of(section_at(list, own));

    for (int i = own + 1; i < list->sections->nelts; i++) {
        if (same_place(section, core_of(section_at(list, i)))) {
            return true;
        }
    }
    return false;
}

static bool visit_all(const list_t *list, mod_asa_place_list_visit_t *visit, void *baton)
{
    bool more = true;

    for (int i = 0; more && list->sections != NULL && i < list->sections->nelts; i++) {
        const core_dir_config *section = core_of(section_at(list, i));
        if (section->d != NULL && !comes_again(list, i)) {
            mod_asa_place_list_row_t row = {
                .kind = list->folders        ? section->r != NULL ? "DirectoryMatch" : "Directory"
                        : section->r != NULL ? "LocationMatch"
                                             : "Location",
                .path = section->d,
                .own = section_at(list, i),
                .all = merge(list, i)};
            more = visit(baton, &row);
            apr_pool_clear(list->pool);
        }
    }
    return more;
}

void mod_asa_place_list_each(apr_pool_t *scratch, server_rec *server,
                             mod_asa_place_list_visit_t *visit, void *baton)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    list_t list = {.pool = scratch, .server = server, .sections = core->sec_url};

    if (visit_all(&list, visit, baton)) {
        list.sections = core->sec_dir;
        list.folders = true;
        visit_all(&list, visit, baton);
    }
}
