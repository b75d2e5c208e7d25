/* SPDX-License-Identifier: Apache-2.0
 * Makes real initiator tokens from the ticket cache in KRB5CCNAME, for the module suites.
 *
 * token [-m spnego|krb5] [-b HEX] [-u] [-n COUNT] [-c] SPN
 *   -m  mechanism, spnego unless said
 *   -b  channel bindings: the application data in hexadecimal
 *   -u  do not ask for mutual authentication
 *   -n  this many tokens, one a line, each of a context of its own
 *   -c  converse: print the first token, then answer each line of stdin:
 *         step BASE64   ->  "token BASE64", "done [BASE64]" or "error TEXT"
 *         mic HEX       ->  "mic HEX"
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "t/lib/text.h"

typedef struct {
    gss_OID mech;
    OM_uint32 flags;
    gss_name_t target;
    gss_channel_bindings_t bindings;
} client_t;

static gss_OID_desc spnego = {6, "\x2b\x06\x01\x05\x05\x02"};

static void print_status(OM_uint32 code, int kind, gss_OID mech)
{
    OM_uint32 minor, more = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    do {
        if (gss_display_status(&minor, code, kind, mech, &more, &text) != GSS_S_COMPLETE)
            return;
        printf(" %.*s", (int)text.length, (char *)text.value);
        gss_release_buffer(&minor, &text);
    } while (more);
}

static void print_error(OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
    printf("error");
    print_status(major, GSS_C_GSS_CODE, GSS_C_NO_OID);
    print_status(minor, GSS_C_MECH_CODE, mech);
    printf("\n");
    fflush(stdout);
}

static OM_uint32 step(const client_t *client, gss_ctx_id_t *context, gss_buffer_t in,
                      gss_buffer_t out, OM_uint32 *minor)
{
    return gss_init_sec_context(minor, GSS_C_NO_CREDENTIAL, context, client->target, client->mech,
                                client->flags, 0, client->bindings, in, NULL, out, NULL, NULL);
}

static bool first_token(const client_t *client, gss_ctx_id_t *context, const char *label)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = step(client, context, GSS_C_NO_BUFFER, &out, &minor);

    if (GSS_ERROR(major)) {
        print_error(major, minor, client->mech);
        return false;
    }
    printf("%s", label);
    text_print_base64(out.value, out.length);
    gss_release_buffer(&minor, &out);
    fflush(stdout);
    return true;
}

static void answer_step(const client_t *client, gss_ctx_id_t *context, const char *base64)
{
    gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    in.value = text_from_base64(base64, &in.length);
    major = step(client, context, &in, &out, &minor);
    free(in.value);
    if (GSS_ERROR(major)) {
        print_error(major, minor, client->mech);
        return;
    }
    printf(major == GSS_S_COMPLETE ? "done " : "token ");
    text_print_base64(out.value, out.length);
    gss_release_buffer(&minor, &out);
}

static void answer_mic(const client_t *client, gss_ctx_id_t context, const char *hex)
{
    gss_buffer_desc data = GSS_C_EMPTY_BUFFER, mic = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    data.value = text_from_hex(hex, &data.length);
    major = gss_get_mic(&minor, context, GSS_C_QOP_DEFAULT, &data, &mic);
    free(data.value);
    if (GSS_ERROR(major)) {
        print_error(major, minor, client->mech);
        return;
    }
    printf("mic ");
    text_print_hex(mic.value, mic.length);
    gss_release_buffer(&minor, &mic);
}

static int converse(const client_t *client)
{
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    char *line = NULL;
    size_t size = 0;
    OM_uint32 minor;

    if (!first_token(client, &context, "token "))
        return 1;
    while (getline(&line, &size, stdin) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, "step ", 5) == 0)
            answer_step(client, &context, line + 5);
        else if (strncmp(line, "mic ", 4) == 0)
            answer_mic(client, context, line + 4);
        else
            printf("error unknown command\n");
        fflush(stdout);
    }
    free(line);
    gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    return 0;
}

static int print_tokens(const client_t *client, long count)
{
    OM_uint32 minor;

    while (count-- > 0) {
        gss_ctx_id_t context = GSS_C_NO_CONTEXT;
        if (!first_token(client, &context, ""))
            return 1;
        gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    }
    return 0;
}

static gss_name_t import_target(const char *spn)
{
    gss_buffer_desc text = {strlen(spn), (void *)spn};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor, major;

    major = gss_import_name(&minor, &text, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, &name);
    if (GSS_ERROR(major)) {
        print_error(major, minor, GSS_C_NO_OID);
        exit(1);
    }
    return name;
}

static void usage(void)
{
    fprintf(stderr, "usage: token [-m spnego|krb5] [-b HEX] [-u] [-n COUNT] [-c] SPN\n");
    exit(2);
}

int main(int argc, char **argv)
{
    struct gss_channel_bindings_struct bindings = {0};
    client_t client = {&spnego, GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG, GSS_C_NO_NAME, NULL};
    bool conversing = false;
    long count = 1;
    int option;

    while ((option = getopt(argc, argv, "m:b:un:c")) != -1) {
        switch (option) {
        case 'm':
            client.mech = strcmp(optarg, "krb5") == 0 ? (gss_OID)gss_mech_krb5 : &spnego;
            break;
        case 'b':
            bindings.application_data.value =
                text_from_hex(optarg, &bindings.application_data.length);
            client.bindings = &bindings;
            break;
        case 'u':
            client.flags &= ~(OM_uint32)GSS_C_MUTUAL_FLAG;
            break;
        case 'n':
            count = strtol(optarg, NULL, 10);
            break;
        case 'c':
            conversing = true;
            break;
        default:
            usage();
        }
    }
    if (optind + 1 != argc)
        usage();
    client.target = import_target(argv[optind]);
    return conversing ? converse(&client) : print_tokens(&client, count);
}
