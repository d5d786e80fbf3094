/** Where a record lies in an append-only log. */
export interface BlobLocation {
  readonly file: number
  readonly offset: number
  readonly length: number
}

/** Append-only files of records: blocks and undo data. */
export interface BlobLog {
  append(record: Uint8Array): Promise<BlobLocation>
  read(location: BlobLocation): Promise<Uint8Array>
  /** Resolves when everything appended so far would survive a power cut. */
  sync(): Promise<void>
  close(): Promise<void>
}
