import { expect, test } from 'vitest'
import { unwrap, utf8ToBytes } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { createInitiator, createResponder } from '@ply/transport'

const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const remoteStaticKey = publicKeyFromSecret(secret(3))!
const alice = createInitiator({ localStaticSecret: secret(1), ephemeralSecret: secret(2), remoteStaticKey })
const bob = createResponder({ localStaticSecret: secret(3), ephemeralSecret: secret(4) })

const actTwo = unwrap(bob.onBytes(alice.bytesToSend))
const actThree = unwrap(alice.onBytes(actTwo.bytesToSend))
const established = unwrap(bob.onBytes(actThree.bytesToSend))
const wire = actThree.done!.session.encrypt(utf8ToBytes('hello'))
const messages = unwrap(established.done!.session.feed(wire))

test("the README's example", () => {
  expect(messages).toEqual([utf8ToBytes('hello')])
  expect(established.done?.remoteStaticKey).toEqual(publicKeyFromSecret(secret(1)))
})
