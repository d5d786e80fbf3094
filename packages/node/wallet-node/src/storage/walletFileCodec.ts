import {
  concatBytes,
  DecodeError,
  decodeUtf8,
  equalBytes,
  type Result,
  tryDecode,
  unwrap,
  utf8ToBytes,
} from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { ROWS, type Row } from './walletCodec.ts'

/** Version of the form; a reader refuses any other. */
const HEAD = utf8ToBytes('ply wallet file 1\n')
const CHECKSUM_SIZE = 4
/** Length of the content, and its checksum. */
const FRAME_SIZE = 4 + CHECKSUM_SIZE

/** A change of a row: what it holds now, or null where it is gone. */
export type RowChange = readonly [key: string, value: string | null]

/** What a file holds, and how far: behind that lies a change that a crash cut off. */
export interface WalletFileContent {
  readonly rows: ReadonlyMap<string, string>
  readonly length: number
}

const checksum = (content: Uint8Array): Uint8Array => sha256(content).subarray(0, CHECKSUM_SIZE)

/** Changes that are made together or not at all, as they stand in the file: a frame, then JSON. */
export function encodeChanges(changes: readonly RowChange[]): Uint8Array {
  const content = utf8ToBytes(JSON.stringify(changes))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, content.length, true)
  return concatBytes(length, checksum(content), content)
}

/** A whole file: its head, and all rows as one change. */
export const encodeWalletFile = (rows: readonly Row[]): Uint8Array => concatBytes(HEAD, encodeChanges(rows))

function decodeChanges(content: Uint8Array): readonly RowChange[] {
  let changes: unknown
  try {
    changes = JSON.parse(unwrap(decodeUtf8(content)))
  } catch {
    throw new DecodeError('bad-wallet-file', 'a change of the wallet file is no JSON')
  }
  const isChange = (each: unknown): each is RowChange =>
    Array.isArray(each) && typeof each[0] === 'string' && (typeof each[1] === 'string' || each[1] === null)
  if (!Array.isArray(changes) || !changes.every(isChange)) {
    throw new DecodeError('bad-wallet-file', 'a change of the wallet file is none of rows')
  }
  return changes
}

/** The content of the change at a place; undefined for the last one of a file if it is not whole. */
function readContent(file: Uint8Array, at: number): Uint8Array | undefined {
  const rest = file.length - at
  if (rest < FRAME_SIZE) return undefined
  const length = new DataView(file.buffer, file.byteOffset + at, 4).getUint32(0, true)
  if (length > rest - FRAME_SIZE) return undefined
  const content = file.subarray(at + FRAME_SIZE, at + FRAME_SIZE + length)
  if (equalBytes(checksum(content), file.subarray(at + 4, at + FRAME_SIZE))) return content
  // Where power fails, file systems leave zeros behind what was being written, or in its place.
  if (file.subarray(at + FRAME_SIZE + length).every((byte) => byte === 0)) return undefined
  throw new DecodeError('bad-wallet-file', `the wallet file is damaged at ${at}`)
}

/** Violation `bad-wallet-file`: it is none, or damaged elsewhere than at its end. */
export function decodeWalletFile(file: Uint8Array): Result<WalletFileContent, DecodeError> {
  return tryDecode(() => {
    if (!equalBytes(file.subarray(0, HEAD.length), HEAD)) {
      throw new DecodeError('bad-wallet-file', 'the file is none of a wallet')
    }
    const rows = new Map<string, string>()
    let at = HEAD.length
    for (let content = readContent(file, at); content; content = readContent(file, at)) {
      for (const [key, value] of decodeChanges(content)) {
        if (value === null) rows.delete(key)
        else rows.set(key, value)
      }
      at += FRAME_SIZE + content.length
    }
    if (!rows.has(ROWS.settings)) throw new DecodeError('bad-wallet-file', 'the wallet file is not complete')
    return { rows, length: at }
  })
}

/** True if a file begins like one of a wallet. */
export const isWalletFile = (beginning: Uint8Array): boolean => equalBytes(beginning.subarray(0, HEAD.length), HEAD)

/** So many bytes tell whether a file is one of a wallet. */
export const WALLET_FILE_HEAD_SIZE = HEAD.length
