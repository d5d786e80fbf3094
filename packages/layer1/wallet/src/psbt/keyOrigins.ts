import { ByteReader, ByteWriter, bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import type { KeyOrigin } from '@ply/script'
import { INPUT } from './fieldType.ts'
import { type PsbtMap, psbtEntries } from './psbtMap.ts'

/** A key that a map names, and where it comes from. X-only keys (BIP 371) have 32 bytes. */
export interface PsbtKey {
  readonly publicKey: Uint8Array
  readonly origin: KeyOrigin
}

/** Master fingerprint and path, as BIP 174 writes a key's origin. */
export function encodeKeyOrigin({ fingerprint, path }: KeyOrigin): Uint8Array {
  const writer = new ByteWriter(4 + 4 * path.length).bytes(hexToBytes(fingerprint))
  for (const step of path) writer.u32(step)
  return writer.finish()
}

/** BIP 371: the leaves that a key stands in, and its origin. */
export function encodeTapKeyOrigin(origin: KeyOrigin, leafHashes: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(64).compactSize(leafHashes.length).bytes(concatBytes(...leafHashes))
  return writer.bytes(encodeKeyOrigin(origin)).finish()
}

function readKeyOrigin(reader: ByteReader): KeyOrigin {
  const fingerprint = bytesToHex(reader.bytes(4))
  const path: number[] = []
  while (reader.remaining > 0) path.push(reader.u32())
  return { fingerprint, path }
}

/** The keys that an input's map names (BIP 174, BIP 371). */
export function psbtInputKeys(map: PsbtMap): readonly PsbtKey[] {
  const plain = psbtEntries(map, INPUT.bip32Derivation).map(({ keyData, value }) => ({
    publicKey: keyData,
    origin: readKeyOrigin(new ByteReader(value)),
  }))
  const taproot = psbtEntries(map, INPUT.tapBip32Derivation).map(({ keyData, value }) => {
    const reader = new ByteReader(value)
    reader.bytes(32 * reader.compactSize())
    return { publicKey: keyData, origin: readKeyOrigin(reader) }
  })
  return [...plain, ...taproot]
}
