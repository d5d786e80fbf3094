// The network's messages as bytes, right or wrong.
import { createHash } from 'node:crypto'

export const MAGIC = Buffer.from('fabfb5da', 'hex')
const sha256 = (bytes) => createHash('sha256').update(bytes).digest()

export const u8 = (value) => Buffer.from([value])
export const u32 = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
export const u64 = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)))
  return bytes
}
export function size(value) {
  if (value < 0xfd) return u8(value)
  if (value < 0x10000) return Buffer.concat([u8(0xfd), u32(value).subarray(0, 2)])
  return Buffer.concat([u8(0xfe), u32(value)])
}
export const hash = (display) => Buffer.from(display, 'hex').reverse()
export const list = (items) => Buffer.concat([size(items.length), ...items])
export const sized = (bytes) => Buffer.concat([size(bytes.length), bytes])
export const inventory = (items) => list(items.map(([type, id]) => Buffer.concat([u32(type), hash(id)])))
export const locator = (hashes, stop = '00'.repeat(32), version = 70016) =>
  Buffer.concat([u32(version), list(hashes.map(hash)), hash(stop)])

/** A message; what is given instead of a part of its head is wrong on purpose. */
export function frame(command, payload = Buffer.alloc(0), { magic = MAGIC, length = payload.length, checksum } = {}) {
  const name = Buffer.alloc(12)
  name.write(command, 'latin1')
  const digest = checksum ?? sha256(sha256(payload)).subarray(0, 4)
  return Buffer.concat([magic, name, u32(length), digest, payload])
}

const address = Buffer.concat([u64(9), Buffer.alloc(16), Buffer.alloc(2)])

export function versionPayload({
  version = 70016,
  services = 9,
  time = 0,
  nonce = 77,
  agent = '/raw/',
  height = 0,
  relay = 1,
} = {}) {
  const head = [
    u32(version),
    u64(services),
    u64(time),
    address,
    address,
    u64(nonce),
    sized(Buffer.from(agent)),
    u32(height),
  ]
  return Buffer.concat([...head, ...(relay === undefined ? [] : [u8(relay)])])
}

/** Messages at the front of a buffer, and what is left of it. */
export function takeMessages(bytes) {
  const messages = []
  let at = 0
  while (bytes.length - at >= 24) {
    const length = bytes.readUInt32LE(at + 16)
    if (bytes.length - at - 24 < length) break
    const command = bytes.toString('latin1', at + 4, at + 16).replace(/\0+$/, '')
    messages.push({ command, payload: bytes.subarray(at + 24, at + 24 + length) })
    at += 24 + length
  }
  return { messages, rest: bytes.subarray(at) }
}
