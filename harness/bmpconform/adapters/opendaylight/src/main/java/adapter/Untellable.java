package adapter;

/** A wish that the library has no words for. */
final class Untellable extends Exception {
    private static final long serialVersionUID = 1L;

    Untellable(final String reason) {
        super(reason);
    }
}
