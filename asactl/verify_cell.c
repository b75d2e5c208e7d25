/* SPDX-License-Identifier: Apache-2.0
 *
 * The cells of a verification and its names, by their places.
 */
#include "asactl/verify_private.h"

asactl_verify_cell_t *asactl_verify_cell(const asactl_verify_t *verify, size_t name, size_t place)
{
    return &verify->cells[name * verify->places + place];
}

bool asactl_verify_is_balancer(const asactl_verify_t *verify, size_t place)
{
    return place == (size_t)verify->plan->nodes->nelts;
}

const asactl_verify_name_t *asactl_verify_name_at(const asactl_verify_run_t *run, size_t index)
{
    return &APR_ARRAY_IDX(run->plan->names, (int)index, asactl_verify_name_t);
}

asactl_verify_cell_t *asactl_verify_cell_at(const asactl_verify_run_t *run, size_t name,
                                            size_t place)
{
    return asactl_verify_cell(run->out, name, place);
}

bool asactl_verify_has_ticket(const asactl_verify_run_t *run, size_t name)
{
    return run->initiators[name] != NULL;
}

bool asactl_verify_wants_line(const asactl_verify_run_t *run, size_t name)
{
    const asactl_visit_t *visit =
        run->plan->balancer ? &asactl_verify_cell_at(run, name, run->nodes)->visit : NULL;

    return visit != NULL && visit->id != NULL && !visit->line.seen;
}
