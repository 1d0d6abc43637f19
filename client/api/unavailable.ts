/**
 * The server, or the chain's node, could not be reached or is not ready; the same request may be
 * sent again later.
 */
export class ServerUnavailable extends Error {
  override readonly name = "ServerUnavailable";
  constructor(reason: string, message?: string) {
    super(
      message ?? `server unavailable (${reason}): is it running? Try again; nothing is sent twice`,
    );
  }
}
