import { ByteReader, type DecodeError, type Result, tryDecode } from '@ply/bytes'
import { readDiskHost } from './diskAddress.ts'
import type { Service } from './host.ts'

/** Addresses one after another, each with its network, its length and its port as BIP 155 has them. Violation: an end within one. */
export function decodeSeedList(bytes: Uint8Array): Result<Service[], DecodeError> {
  const reader = new ByteReader(bytes)
  return tryDecode(() => {
    const seeds: Service[] = []
    while (reader.remaining > 0) seeds.push({ ...readDiskHost(reader), port: reader.u16BE() })
    return seeds
  })
}
