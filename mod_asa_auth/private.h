/* SPDX-License-Identifier: Apache-2.0
 *
 * What every file of the module shares with httpd: the module record and the log's module index.
 */
#ifndef MOD_ASA_AUTH_PRIVATE_H
#define MOD_ASA_AUTH_PRIVATE_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

extern module AP_MODULE_DECLARE_DATA asa_auth_module;

APLOG_USE_MODULE(asa_auth);

#endif
