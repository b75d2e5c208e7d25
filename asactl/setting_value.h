/* SPDX-License-Identifier: Apache-2.0
 *
 * Which texts are values of a setting.  Values end up in LDAP URLs, in ssh's arguments and in file
 * names, so none can be taken for an option there.
 *
 * Pure.
 */
#ifndef ASACTL_SETTING_VALUE_H
#define ASACTL_SETTING_VALUE_H

#include <stdbool.h>
#include <sys/types.h>

/* Each gives NULL if the text is such a value, or what it should be ("a port from 1 to 65535"). */
const char *asactl_setting_value_realm(const char *text);
const char *asactl_setting_value_account(const char *text);
const char *asactl_setting_value_principal(const char *text);
const char *asactl_setting_value_host(const char *text);
const char *asactl_setting_value_file(const char *text);
const char *asactl_setting_value_user(const char *text);
const char *asactl_setting_value_port(const char *text);
const char *asactl_setting_value_mode(const char *text);
const char *asactl_setting_value_ldap(const char *text);
const char *asactl_setting_value_ssh_option(const char *text);
const char *asactl_setting_value_command(const char *text);
const char *asactl_setting_value_page(const char *text);
const char *asactl_setting_value_status(const char *text); /* a page, or none */
const char *asactl_setting_value_httpd(const char *text);

/* The permissions that octal digits spell, as asactl_setting_value_mode accepts them; all there are
 * if the text is none. */
mode_t asactl_setting_value_bits(const char *text);

#endif
