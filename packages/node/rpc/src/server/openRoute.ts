export interface OpenReply {
  readonly status: number
  /** Content-Type. */
  readonly type: string
  readonly body: string | Uint8Array
}

/** Paths with a common beginning that are answered beside RPC, to everybody who reaches the port. */
export interface OpenRoute {
  readonly prefix: string
  /** Undefined where there is nothing: 404. `url` is path and query, as they came. */
  answer(url: string, body: Uint8Array): Promise<OpenReply | undefined>
}
