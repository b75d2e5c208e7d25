/* SPDX-License-Identifier: Apache-2.0
 *
 * A roll for people and programs: what it will do, and what came of it.
 */
#ifndef ASACTL_ROLL_SHOW_H
#define ASACTL_ROLL_SHOW_H

#include "asactl/roll.h"

/* The plan, as it is asked about or shown by --dry-run. */
void asactl_roll_show_plan(const asactl_roll_t *roll, asactl_roll_step_t first);

/* The end of --dry-run: {"account", "dry_run", "kvno", "next"}. */
void asactl_roll_show_dry_run(const asactl_roll_t *roll);

/* Asks the nodes for what they hold, prints Latest and Previous of each and the verdict, or the
 * JSON document: {"account", "kvno", "complete", "changed", "controllers": [{"host", "kvno",
 * "uses"}], "nodes": […]}. */
void asactl_roll_show_result(const asactl_roll_t *roll, bool complete);

#endif
