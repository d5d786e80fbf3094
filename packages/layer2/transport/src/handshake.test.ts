import { describe, expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes, unwrap, utf8ToBytes } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { createRandom } from '@ply/testkit'
import { CipherSession } from './cipherSession.ts'
import { createInitiator, createResponder, type Handshake, type HandshakeStep } from './handshake.ts'

// BOLT 8, appendix A.

const RS_PUB = '028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7'
const LS_PUB = '034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa'
const ACT_ONE = '00036360e856310ce5d294e8be33fc807077dc56ac80d95d9cd4ddbd21325eff73f70df6086551151f58b8afe6c195782c6a'
const ACT_TWO = '0002466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f276e2470b93aac583c9ef6eafca3f730ae'
const ACT_THREE =
  '00b9e3a702e93e3a9948c2ed6e5fd7590a6e1c3a0344cfc9d5b57357049aa22355361aa02e55a8fc28fef5bd6d71ad0c3822' +
  '8dc68b1c466263b47fdf31e560e139ba'
const CHAINING_KEY = '919219dbb2920afa8db80f9a51787a840bcf111ed8d588caf9ab4be716e42b01'
const SENDING_KEY = '969ab31b4d288cedf6218839b27a3e2140827047f2c0f01bf5c04435d43511a9'
const RECEIVING_KEY = 'bb9020b8965f4df047e07f955f3c4b88418984aadc5cdb35096b9ea8fa5c3442'

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const initiator = (): Handshake =>
  createInitiator({
    localStaticSecret: filled(0x11),
    ephemeralSecret: filled(0x12),
    remoteStaticKey: hexToBytes(RS_PUB),
  })
const responder = (): Handshake => createResponder({ localStaticSecret: filled(0x21), ephemeralSecret: filled(0x22) })

const feed = (handshake: Handshake, hex: string): HandshakeStep | string => {
  const result = handshake.onBytes(hexToBytes(hex))
  return result.ok ? result.value : result.error
}
const sent = (step: HandshakeStep | string): string => (typeof step === 'string' ? step : bytesToHex(step.bytesToSend))

describe('initiator', () => {
  test('successful handshake', () => {
    const handshake = initiator()
    expect(bytesToHex(handshake.bytesToSend)).toBe(ACT_ONE)
    const step = unwrap(handshake.onBytes(hexToBytes(ACT_TWO)))
    expect(bytesToHex(step.bytesToSend)).toBe(ACT_THREE)
    // The keys of the session show in what it encrypts.
    const expected = new CipherSession({
      sendingKey: hexToBytes(SENDING_KEY),
      receivingKey: hexToBytes(RECEIVING_KEY),
      chainingKey: hexToBytes(CHAINING_KEY),
    })
    expect(step.done?.session.encrypt(filled(1))).toEqual(expected.encrypt(filled(1)))
  })

  test('act2 short read', () => {
    expect(feed(initiator(), ACT_TWO.slice(0, -2))).toEqual({ bytesToSend: new Uint8Array(0) })
  })

  test.each([
    ['bad version', '01' + ACT_TWO.slice(2), 'act2-bad-version'],
    ['bad key serialization', '0004' + ACT_TWO.slice(4), 'act2-bad-pubkey'],
    ['bad MAC', ACT_TWO.slice(0, -2) + 'af', 'act2-bad-tag'],
  ])('act2 %s', (_, input, violation) => {
    const handshake = initiator()
    expect(feed(handshake, input)).toBe(violation)
    expect(feed(handshake, ACT_TWO)).toBe(violation)
  })
})

describe('responder', () => {
  test('successful handshake', () => {
    const handshake = responder()
    expect(sent(feed(handshake, ACT_ONE))).toBe(ACT_TWO)
    const step = unwrap(handshake.onBytes(hexToBytes(ACT_THREE)))
    expect(step.bytesToSend).toHaveLength(0)
    expect(bytesToHex(step.done!.remoteStaticKey)).toBe(LS_PUB)
    const expected = new CipherSession({
      sendingKey: hexToBytes(RECEIVING_KEY),
      receivingKey: hexToBytes(SENDING_KEY),
      chainingKey: hexToBytes(CHAINING_KEY),
    })
    expect(step.done?.session.encrypt(filled(1))).toEqual(expected.encrypt(filled(1)))
  })

  test('act1 and act3 short read', () => {
    const handshake = responder()
    expect(sent(feed(handshake, ACT_ONE.slice(0, -2)))).toBe('')
    expect(sent(feed(handshake, ACT_ONE.slice(-2)))).toBe(ACT_TWO)
    expect(feed(handshake, ACT_THREE.slice(0, -2))).toEqual({ bytesToSend: new Uint8Array(0) })
  })

  test.each([
    ['bad version', '01' + ACT_ONE.slice(2), 'act1-bad-version'],
    ['bad key serialization', '0004' + ACT_ONE.slice(4), 'act1-bad-pubkey'],
    ['bad MAC', ACT_ONE.slice(0, -2) + '6b', 'act1-bad-tag'],
  ])('act1 %s', (_, input, violation) => {
    expect(feed(responder(), input)).toBe(violation)
  })

  test.each([
    ['bad version', '01' + ACT_THREE.slice(2), 'act3-bad-version'],
    ['bad MAC for ciphertext', '00c9' + ACT_THREE.slice(4), 'act3-bad-ciphertext'],
    [
      'bad rs',
      '00bfe3a702e93e3a9948c2ed6e5fd7590a6e1c3a0344cfc9d5b57357049aa2235536ad09a8ee351870c2bb7f78b754a26c6c' +
        'ef79a98d25139c856d7efd252c2ae73c',
      'act3-bad-pubkey',
    ],
    ['bad MAC', ACT_THREE.slice(0, -2) + 'bb', 'act3-bad-tag'],
  ])('act3 %s', (_, input, violation) => {
    const handshake = responder()
    expect(sent(feed(handshake, ACT_ONE))).toBe(ACT_TWO)
    expect(feed(handshake, input)).toBe(violation)
  })
})

test('message encryption with key rotation', () => {
  const keys = {
    sendingKey: hexToBytes(SENDING_KEY),
    receivingKey: hexToBytes(RECEIVING_KEY),
    chainingKey: hexToBytes(CHAINING_KEY),
  }
  const sender = new CipherSession(keys)
  const receiver = new CipherSession({ ...keys, sendingKey: keys.receivingKey, receivingKey: keys.sendingKey })
  const outputs: Readonly<Record<number, string>> = {
    0: 'cf2b30ddf0cf3f80e7c35a6e6730b59fe802473180f396d88a8fb0db8cbcf25d2f214cf9ea1d95',
    1: '72887022101f0b6753e0c7de21657d35a4cb2a1f5cde2650528bbc8f837d0f0d7ad833b1a256a1',
    500: '178cb9d7387190fa34db9c2d50027d21793c9bc2d40b1e14dcf30ebeeeb220f48364f7a4c68bf8',
    501: '1b186c57d44eb6de4c057c49940d79bb838a145cb528d6e8fd26dbe50a60ca2c104b56b60e45bd',
    1000: '4a2f3cc3b5e78ddb83dcb426d9863d9d9a723b0337c89dd0b005d89f8d3c05c52b76b29b740f09',
    1001: '2ecd8c8a5629d0d02ab457a0fdd0f7b90a192cd46be5ecb6ca570bfc5e268338b1a16cf4ef2d36',
  }
  const hello = utf8ToBytes('hello')
  for (let i = 0; i <= 1001; i++) {
    const encrypted = sender.encrypt(hello)
    if (outputs[i] !== undefined) expect(bytesToHex(encrypted)).toBe(outputs[i])
    expect(unwrap(receiver.feed(encrypted))).toEqual([hello])
  }
})

describe('streams', () => {
  const connect = (): [CipherSession, CipherSession] => {
    const [a, b] = [initiator(), responder()]
    const two = unwrap(b.onBytes(a.bytesToSend))
    const three = unwrap(a.onBytes(two.bytesToSend))
    const done = unwrap(b.onBytes(three.bytesToSend))
    return [three.done!.session, done.done!.session]
  }

  test('messages of every size arrive whole however the stream is cut', () => {
    const random = createRandom(1)
    const [a, b] = connect()
    const messages = [0, 1, 18, 34, 1366, 65535].map((length) => random.bytes(length))
    const stream = concatBytes(...messages.map((message) => a.encrypt(message)))
    const received: Uint8Array[] = []
    for (let at = 0; at < stream.length;) {
      const next = at + 1 + random.below(5000)
      received.push(...unwrap(b.feed(stream.subarray(at, next))))
      at = next
    }
    expect(received).toEqual(messages)
  })

  test('a message in the same piece as the last act is not lost', () => {
    const [a, b] = [initiator(), responder()]
    const two = unwrap(b.onBytes(a.bytesToSend))
    const three = unwrap(a.onBytes(two.bytesToSend))
    const message = three.done!.session.encrypt(filled(3))
    const done = unwrap(b.onBytes(concatBytes(three.bytesToSend, message)))
    expect(done.done?.early).toEqual([filled(3)])
  })

  test('a changed bit ends the session for good', () => {
    for (const at of [0, 17, 18, 30]) {
      const [a, b] = connect()
      const bytes = a.encrypt(filled(1))
      bytes[at]! ^= 1
      const first = b.feed(bytes)
      expect(first.ok ? 'ok' : first.error).toBe(at < 18 ? 'message-bad-length-tag' : 'message-bad-tag')
      expect(b.feed(a.encrypt(filled(1)))).toEqual(first)
    }
  })

  test('random bytes are a named violation or a wait, never a throw', () => {
    const random = createRandom(2)
    for (let i = 0; i < 200; i++) {
      for (const side of [initiator(), responder()]) {
        const result = side.onBytes(concatBytes(Uint8Array.of(0, 2), random.bytes(random.below(200))))
        if (!result.ok) expect(result.error).toMatch(/^act[12]-bad-/)
      }
    }
  })

  test('the vectors use these keys', () => {
    expect(bytesToHex(publicKeyFromSecret(filled(0x11))!)).toBe(LS_PUB)
    expect(bytesToHex(publicKeyFromSecret(filled(0x21))!)).toBe(RS_PUB)
  })
})
