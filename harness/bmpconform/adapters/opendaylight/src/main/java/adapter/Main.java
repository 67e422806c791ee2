package adapter;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * The adapter protocol on stdin and stdout for OpenDaylight's BMP parser: decode, encode and stream.
 *
 * <p>What the library does not show is null, and what cannot be said to it is unsupported, so that nothing is judged
 * here but what it does itself.
 */
public final class Main {
    private static final int PROTOCOL = 1;
    private static final int ROUTE_MONITORING = 0;
    private static final int TYPE_OFFSET = 5;
    private static final Gson JSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    /** Of a Peer Down and of Route Mirroring the library drops most TLVs; elsewhere it knows them by their types. */
    private static final Map<String, Integer> DEPTH = Map.of("0", 3, "1", 3, "2", 2, "3", 3, "4", 3, "5", 3, "6", 2);

    private Library library = new Library();
    private final Connection connection = new Connection();

    private Main() {
    }

    public static void main(final String[] arguments) throws IOException {
        final PrintStream answers = System.out;
        // What a library prints must not get between the answers.
        System.setOut(System.err);
        final var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
        new Main().serve(in, new BufferedWriter(new OutputStreamWriter(answers, StandardCharsets.UTF_8), 1 << 16));
    }

    private void serve(final BufferedReader requests, final BufferedWriter answers) throws IOException {
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            final JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            final JsonObject answer = guarded(request);
            answer.add("id", request.get("id"));
            answers.write(JSON.toJson(answer));
            answers.write('\n');
            final boolean ends = request.get("op").getAsString().equals("bye");
            if (ends || !requests.ready()) {
                answers.flush();
            }
            if (ends) {
                return;
            }
        }
        answers.flush();
    }

    /** Whatever the library throws is told, not thrown. */
    private JsonObject guarded(final JsonObject request) {
        try {
            return respond(request);
        } catch (final Throwable thrown) {
            return Failure.of(thrown);
        }
    }

    private JsonObject respond(final JsonObject request) throws Exception {
        final String op = request.get("op").getAsString();
        return switch (op) {
            case "hello" -> hello();
            case "decode" -> decode(request);
            case "encode" -> encode(request);
            case "stream" -> connection.take(octets(request), request.get("more").getAsBoolean());
            case "reset" -> {
                connection.reset();
                yield answer("ok");
            }
            case "bye" -> answer("ok");
            default -> Failure.unsupported("no op " + op);
        };
    }

    private JsonObject hello() {
        final JsonObject capabilities = new JsonObject();
        capabilities.add("ops", JSON.toJsonTree(new String[] {"decode", "encode", "stream"}));
        capabilities.add("depth", JSON.toJsonTree(DEPTH));
        capabilities.addProperty("bgp", "parsed");
        capabilities.addProperty("station", false);
        final JsonObject answer = answer("ok");
        answer.addProperty("protocol", PROTOCOL);
        answer.addProperty("name", "opendaylight");
        answer.addProperty("version", Library.version());
        answer.addProperty("language", "Java");
        answer.addProperty("url", "https://github.com/opendaylight/bgpcep");
        answer.add("capabilities", capabilities);
        return answer;
    }

    private JsonObject decode(final JsonObject request) throws Exception {
        if (request.has("session")) {
            return Failure.unsupported("the parser takes no session");
        }
        final byte[] frame = octets(request);
        try {
            return library.decode(frame);
        } finally {
            if (frame.length > TYPE_OFFSET && frame[TYPE_OFFSET] == ROUTE_MONITORING) {
                renew();
            }
        }
    }

    private JsonObject encode(final JsonObject request) throws Exception {
        if (request.has("session")) {
            return Failure.unsupported("the serializer takes no session");
        }
        try {
            final JsonObject answer = answer("ok");
            final byte[] octets = library.encode(request.getAsJsonObject("message"));
            answer.addProperty("hex", HexFormat.of().formatHex(octets));
            return answer;
        } finally {
            renew();
        }
    }

    private void renew() {
        if (library.isSpent()) {
            library = new Library();
        }
    }

    static JsonObject answer(final String status) {
        final JsonObject answer = new JsonObject();
        answer.addProperty("status", status);
        return answer;
    }

    private static byte[] octets(final JsonObject request) {
        return HexFormat.of().parseHex(request.get("hex").getAsString());
    }
}
