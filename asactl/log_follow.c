/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks every second for what is new in logs.
 */
#include "asactl/log_follow.h"

#include <poll.h>
#include <signal.h>

/* One look takes a tenth of the time at most. */
#define PAUSE       apr_time_from_sec(1)
#define MOST_PAUSE  apr_time_from_sec(60)
#define LOOK_FACTOR 10

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

void asactl_log_follow_catch(void)
{
    struct sigaction action = {.sa_handler = stop};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool asactl_log_follow_stopped(void)
{
    return stopped != 0;
}

void asactl_log_follow_pause(apr_time_t look_took)
{
    apr_time_t pause = look_took * LOOK_FACTOR;

    pause = pause < PAUSE ? PAUSE : pause > MOST_PAUSE ? MOST_PAUSE : pause;
    for (; pause > 0 && !stopped; pause -= PAUSE) {
        (void)poll(NULL, 0, (int)apr_time_as_msec(PAUSE));
    }
}

void asactl_log_follow(asactl_log_looks_t *looks)
{
    while (!stopped) {
        apr_time_t begun = apr_time_now();

        asactl_log_looks_look(looks, false);
        asactl_log_follow_pause(apr_time_now() - begun);
    }
}
