/** The server could not be reached, or is not ready; the same request may be sent again later. */
export class ServerUnavailable extends Error {
  override readonly name = "ServerUnavailable";
  constructor(reason: string) {
    super(`server unavailable (${reason}): is it running? Try again; nothing is sent twice`);
  }
}
