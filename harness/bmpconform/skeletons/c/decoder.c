/* What your library makes of a frame. This file is yours.
 *
 * As it stands it decodes Initiation by hand, so that the adapter runs before anything is written. Put calls of your
 * own library in its place, type of message by type of message, and declare each in CAPABILITIES, in decoder.h.
 */
#include "decoder.h"

enum { HEADER_OCTETS = 6, TLV_HEADER_OCTETS = 4, VERSION_3 = 3, INITIATION = 4 };

static struct outcome reject(const char *error)
{
    return (struct outcome){REJECT, error};
}

static uint32_t number(const uint8_t *at, size_t octets)
{
    uint32_t value = 0;
    for (size_t i = 0; i < octets; i++)
        value = value << 8 | at[i];
    return value;
}

/* What a TLV of Initiation means. Return what *your library* calls it, not what the number should mean: that the right
 * name is known is part of the test. Write null where the library has no names. */
static const char *meaning_of(uint32_t type)
{
    static const char *const MEANINGS[] = {"string", "sys_descr", "sys_name"};
    return type < sizeof MEANINGS / sizeof MEANINGS[0] ? MEANINGS[type] : "unknown";
}

/* Write the TLVs of an Initiation. A value is as long as its length says: a NUL in it is an octet like others, so
 * nothing here may be a C string. */
static struct outcome decode_tlvs(struct octets left, FILE *message)
{
    const char *separator = "";
    while (left.length > 0) {
        if (left.length < TLV_HEADER_OCTETS)
            return reject("tlv-cut");
        uint32_t type = number(left.at, 2);
        struct octets value = {left.at + TLV_HEADER_OCTETS, number(left.at + 2, 2)};
        if (value.length > left.length - TLV_HEADER_OCTETS)
            return reject("tlv-cut");
        fprintf(message, "%s{\"type\":%u,\"value\":", separator, (unsigned)type);
        put_hex(message, value);
        fprintf(message, ",\"meaning\":\"%s\",\"name\":null}", meaning_of(type));
        left.at = value.at + value.length;
        left.length -= TLV_HEADER_OCTETS + value.length;
        separator = ",";
    }
    return (struct outcome){OK, NULL};
}

struct outcome decode(struct octets frame, bool has_session, FILE *message, size_t *consumed)
{
    if (has_session)
        return (struct outcome){UNSUPPORTED, "cannot-be-told-the-session"};
    if (frame.length < HEADER_OCTETS)
        return reject("header-cut");
    if (frame.at[0] != VERSION_3)
        return reject("wrong-version");
    uint32_t length = number(frame.at + 1, 4);
    if (length < HEADER_OCTETS || length > frame.length)
        return reject("wrong-length");
    if (frame.at[5] != INITIATION)
        return (struct outcome){UNSUPPORTED, "type-not-decoded-yet"};
    *consumed = length;
    fprintf(message, "{\"version\":%d,\"type\":%d,\"length\":%u,\"tlvs\":[", VERSION_3, INITIATION, (unsigned)length);
    struct octets body = {frame.at + HEADER_OCTETS, length - HEADER_OCTETS};
    struct outcome outcome = decode_tlvs(body, message);
    fprintf(message, "],\"rest\":\"\"}");
    return outcome;
}

struct outcome encode(const char *request, FILE *hex)
{
    (void)request, (void)hex;
    return (struct outcome){UNSUPPORTED, "not-written-yet"};
}

struct outcome stream(struct octets piece, bool more, FILE *items)
{
    (void)piece, (void)more, (void)items;
    return (struct outcome){UNSUPPORTED, "not-written-yet"};
}

void reset(void)
{
}
