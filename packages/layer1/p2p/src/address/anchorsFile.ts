import { ByteReader, ByteWriter, err, ok, type Result, tryDecode } from '@ply/bytes'
import type { NetAddress } from '../message/netAddress.ts'
import { readDiskAddress, writeDiskAddress } from './diskAddress.ts'
import { decodeDiskFile, encodeDiskFile } from './diskFile.ts'

const MAX_ANCHORS = 1000

/** anchors.dat: block-relay-only peers to come back to after a restart, so that nobody can cut us off by causing one. */
export function encodeAnchors(magic: Uint8Array, anchors: readonly NetAddress[]): Uint8Array {
  const writer = new ByteWriter().compactSize(anchors.length)
  for (const anchor of anchors) writeDiskAddress(writer, anchor)
  return encodeDiskFile(magic, writer.finish())
}

/** Violation: what is wrong with the file, in words. */
export function decodeAnchors(magic: Uint8Array, file: Uint8Array): Result<NetAddress[], string> {
  return decodeDiskFile(magic, file, (contents) => {
    const reader = new ByteReader(contents)
    const value = tryDecode(() => {
      const count = Math.min(reader.compactSize(), MAX_ANCHORS)
      return Array.from({ length: count }, () => readDiskAddress(reader))
    })
    return value.ok ? ok({ value: value.value, length: reader.offset }) : err(value.error.message)
  })
}
