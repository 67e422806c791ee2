/* What stands between adapter.c, which speaks the protocol, and decoder.c, which calls your library. */
#ifndef DECODER_H
#define DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NAME "my-library"
#define VERSION "0.1.0"
#define URL ""

/* Only what is declared here is scored. Depth, by type of message: 0 says only whether a frame is accepted, 1 shows
 * version, type and length, 2 peer, ports, addresses, reason and count, 3 the TLVs and statistics. "bgp" is how much is
 * shown of BGP PDUs: "none", "raw" (their octets) or "parsed". Declare "encode" and "stream" once they are written. */
#define CAPABILITIES "{\"ops\":[\"decode\"],\"depth\":{\"4\":3},\"bgp\":\"none\"}"

struct octets {
    const uint8_t *at;
    size_t length;
};

/* What came of a request: OK, REJECT (the library refuses the octets) or UNSUPPORTED (it has nothing for this, which is
 * no failure as long as it is not declared). `error` is a stable name for why, of letters, digits and hyphens. */
struct outcome {
    enum status { OK, REJECT, UNSUPPORTED } status;
    const char *error;
};

/* Write what one frame says, as JSON in the neutral form, and how many of its octets were read. Of what is refused
 * nothing that was written is sent. `has_session` says that the OPENs of the peer agreed on something, which stands in
 * the request; a library that cannot be told it is UNSUPPORTED. */
struct outcome decode(struct octets frame, bool has_session, FILE *message, size_t *consumed);

/* Write the frame in hex that a request asks for, whose "message" is in the neutral form: read it with the JSON library
 * of your choice. */
struct outcome encode(const char *request, FILE *hex);

/* Write `"items":[{"offset":0,"status":"ok","message":{...}},...],"left":0,"closed":false` for the next octets of a
 * connection: an item for each message, status "ok", "reject" (with "error") or "skipped", offsets from the start of
 * the connection; `left` octets wait for more, `closed` says that a station would now close. Without `more` the
 * connection ended. */
struct outcome stream(struct octets piece, bool more, FILE *items);

/* Forget the connection: the next `stream` is the start of another one. */
void reset(void);

/* Write octets as a JSON string of hex. */
void put_hex(FILE *out, struct octets octets);

#endif
