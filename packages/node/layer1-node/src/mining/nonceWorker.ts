// What a thread that looks for nonces runs.
import { unwrap } from '@ply/bytes'
import { searchNonce } from '@ply/mining'
import { decodeHeader } from '@ply/primitives'
import { serveWorker } from '@ply/runtime'

/** A header of 80 bytes, and how many nonces to try from its own on. */
export interface NonceRequest {
  readonly header: Uint8Array
  readonly tries: number
}

/** The first nonce that will do, undefined where none does. */
export interface NonceAnswer {
  readonly nonce: number | undefined
}

serveWorker<NonceRequest, NonceAnswer>(({ header, tries }) => {
  const search = searchNonce(unwrap(decodeHeader(header)), tries)
  return { message: { nonce: search.found ? search.header.nonce : undefined }, transfer: [] }
})
