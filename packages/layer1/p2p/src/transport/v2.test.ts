import { bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import { ellswiftCreate } from '@ply/crypto'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { hasVectors, missingReason, readVectorText } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { Bip324Cipher } from './bip324Cipher.ts'
import type { Transport, TransportEvent } from './transport.ts'
import { encodeV1, V1Transport } from './v1.ts'
import { MAX_GARBAGE_LENGTH, V2Transport } from './v2.ts'
import { decodeContents, encodeContents } from './v2MessageType.ts'

const MAGIC = hexToBytes('f9beb4d9')
const create = (seed: number, initiator: boolean, magic = MAGIC) =>
  new V2Transport({ magic, initiator, entropy: new SeededEntropy(seed) })
const output = (transport: Transport): Uint8Array => concatBytes(...transport.takeOutput().map(({ bytes }) => bytes))
const messages = (events: readonly TransportEvent[]) =>
  events.map((event) => (event.type === 'message' ? [event.command, bytesToHex(event.payload)] : event))
const reasons = (events: readonly TransportEvent[]) =>
  events.map((event) => (event.type === 'broken' ? event.text : event.type))

/** Carries bytes both ways, in pieces, until nobody has more to say; what both received. */
function converse(a: Transport, b: Transport, pieces = createRandom(1)): readonly [TransportEvent[], TransportEvent[]] {
  const received: readonly [TransportEvent[], TransportEvent[]] = [[], []]
  const carry = (from: Transport, to: Transport, events: TransportEvent[]): boolean => {
    const bytes = output(from)
    for (let at = 0; at < bytes.length;) {
      const length = 1 + pieces.below(bytes.length - at)
      events.push(...to.push(bytes.subarray(at, at + length)))
      at += length
    }
    return bytes.length > 0
  }
  while (carry(a, b, received[1]) || carry(b, a, received[0]));
  return received
}

function connect(seed: number): readonly [V2Transport, V2Transport] {
  const pair = [create(seed, true), create(seed + 1, false)] as const
  converse(...pair)
  return pair
}

interface Row {
  readonly [column: string]: string
}

describe.skipIf(!hasVectors)(`BIP 324 vectors${hasVectors ? '' : ` (${missingReason})`}`, () => {
  const [head, ...lines] = hasVectors
    ? readVectorText('bips/bip-0324/packet_encoding_test_vectors.csv').trim().split(/\r?\n/)
    : ['']
  const columns = head!.split(',')
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i]!, cell])) as Row)

  it('has packets', () => expect(rows).toHaveLength(7))

  it.each(rows)('packet $in_idx', (row) => {
    const bytes = (column: string): Uint8Array => hexToBytes(row[column]!)
    const cipher = new Bip324Cipher({
      ours: { secretKey: bytes('in_priv_ours'), encoding: bytes('in_ellswift_ours') },
      theirs: bytes('in_ellswift_theirs'),
      initiator: row['in_initiating'] === '1',
      magic: MAGIC,
    })
    expect(bytesToHex(cipher.sessionId)).toBe(row['out_session_id'])
    expect(bytesToHex(cipher.sendGarbageTerminator)).toBe(row['mid_send_garbage_terminator'])
    expect(bytesToHex(cipher.receiveGarbageTerminator)).toBe(row['mid_recv_garbage_terminator'])
    const empty = { contents: new Uint8Array(0), ignore: false }
    for (let i = 0; i < Number(row['in_idx']); i++) cipher.encrypt(empty, new Uint8Array(0))
    const contents = concatBytes(...Array.from({ length: Number(row['in_multiply']) }, () => bytes('in_contents')))
    const packet = bytesToHex(cipher.encrypt({ contents, ignore: row['in_ignore'] === '1' }, bytes('in_aad')))
    if (row['out_ciphertext']) expect(packet).toBe(row['out_ciphertext'])
    expect(packet.endsWith(row['out_ciphertext_endswith'] ?? '')).toBe(true)
  })
})

describe('v2 transport', () => {
  it('carries messages however the stream is cut', () => {
    const random = createRandom(2)
    for (let seed = 1; seed < 8; seed++) {
      const [a, b] = [create(2 * seed, true), create(2 * seed + 1, false)]
      a.send('version', random.bytes(100))
      expect(a.takeOutput().map(({ command }) => command)).toEqual([''])
      const [c, d] = [create(2 * seed, true), b]
      c.send('version', Uint8Array.of(1))
      const [, first] = converse(c, d, random)
      expect(messages(first)).toEqual([['version', '01']])
      expect([c.protocol, d.protocol]).toEqual(['v2', 'v2'])
      expect(c.sessionId).toEqual(d.sessionId)
      for (let i = 0; i < 500; i++) d.send(i % 2 ? 'tx' : 'wtxidrelay', random.bytes(i))
      const [received] = converse(c, d, random)
      expect(received.map((event) => event.type)).toEqual(Array.from({ length: 500 }, () => 'message'))
      expect(received.at(-1)).toMatchObject({ command: 'tx', size: 499 + 1 + 20 })
      expect(received.at(-2)).toMatchObject({ command: 'wtxidrelay', size: 498 + 13 + 20 })
    }
  })

  it('skips decoys and whatever the version packet holds', () => {
    const ours = ellswiftCreate(new SeededEntropy(50))
    const responder = create(51, false)
    responder.push(ours.encoding)
    const answer = output(responder)
    const cipher = new Bip324Cipher({ ours, theirs: answer.subarray(0, 64), initiator: true, magic: MAGIC })
    const garbage = new Uint8Array(77).fill(3)
    const packets = [
      cipher.encrypt({ contents: Uint8Array.of(9), ignore: true }, garbage),
      cipher.encrypt({ contents: Uint8Array.of(1, 2, 3), ignore: false }, new Uint8Array(0)),
      cipher.encrypt({ contents: Uint8Array.of(18, 5), ignore: true }, new Uint8Array(0)),
      cipher.encrypt({ contents: encodeContents('ping', Uint8Array.of(7)), ignore: false }, new Uint8Array(0)),
    ]
    const events = responder.push(concatBytes(garbage, cipher.sendGarbageTerminator, ...packets))
    expect(messages(events)).toEqual([['ping', '07']])
  })

  it('speaks v1 with a v1 peer, whose first bytes may come one by one', () => {
    const responder = create(60, false)
    const stream = concatBytes(
      encodeV1(MAGIC, 'version', Uint8Array.of(4)),
      encodeV1(MAGIC, 'verack', new Uint8Array(0)),
    )
    const events: TransportEvent[] = []
    for (let at = 0; at < stream.length; at++) {
      expect(responder.protocol).toBe(at < 16 ? 'detecting' : 'v1')
      events.push(...responder.push(stream.subarray(at, at + 1)))
    }
    expect(messages(events)).toEqual([
      ['version', '04'],
      ['verack', ''],
    ])
    responder.send('verack', new Uint8Array(0))
    expect(new V1Transport(MAGIC).push(output(responder))).toMatchObject([{ type: 'message', command: 'verack' }])
  })

  it('says nothing while the peer may yet be a v1 peer', () => {
    const responder = create(61, false)
    responder.push(concatBytes(MAGIC, new TextEncoder().encode('vers')))
    expect(output(responder)).toHaveLength(0)
    responder.push(Uint8Array.of(0))
    expect(output(responder).length).toBeGreaterThanOrEqual(64)
  })

  it('asks for another try with v1 only if nothing came back', () => {
    const [initiator, responder] = [create(62, true), create(63, false)]
    expect([initiator.retryWithV1, responder.retryWithV1]).toEqual([true, false])
    initiator.push(Uint8Array.of(1))
    expect(initiator.retryWithV1).toBe(false)
  })

  it('breaks on a v1 peer of another network', () => {
    const events = create(64, false).push(encodeV1(hexToBytes('0a03cf40'), 'version', new Uint8Array(9)))
    expect(reasons(events)).toEqual(['V2 transport error: V1 peer with wrong MessageStart 0a03cf40'])
  })

  it('breaks on endless garbage, at its last byte', () => {
    const responder = create(65, false)
    expect(responder.push(new Uint8Array(64 + MAX_GARBAGE_LENGTH + 15))).toEqual([])
    expect(reasons(responder.push(new Uint8Array(1)))).toEqual(['V2 transport error: missing garbage terminator'])
    expect(responder.push(new Uint8Array(100))).toEqual([])
  })

  it('breaks on garbage that was changed on the way, and on a changed packet', () => {
    const [a, b] = [create(66, true), create(67, false)]
    const key = output(a)
    key[64]! ^= 1
    b.push(key)
    a.push(output(b))
    expect(reasons(b.push(output(a)))).toEqual(['V2 transport error: packet decryption failure (0 bytes)'])
    const [c, d] = connect(68)
    c.send('ping', new Uint8Array(8))
    const packet = output(c)
    packet[10]! ^= 1
    expect(reasons(d.push(packet))).toEqual(['V2 transport error: packet decryption failure (9 bytes)'])
  })

  it('drops packets without a message type, and refuses lengths over the limit', () => {
    const contents = ['', '00', '0041', '1f', 'ff', '00' + '41'.repeat(11), '00410041' + '00'.repeat(9)]
    expect(contents.map((text) => decodeContents(hexToBytes(text))?.command)).toEqual([
      ...[undefined, undefined, undefined, '', undefined, undefined, undefined],
    ])
    const [a, b] = connect(70)
    a.send('block', new Uint8Array(4_000_000))
    expect(reasons(b.push(output(a)))).toEqual(['message'])
    a.send('x'.repeat(12), new Uint8Array(4_000_001))
    expect(reasons(b.push(output(a)))).toEqual(['V2 transport error: packet too large (4000014 bytes)'])
  })
})
