import { bytesToHex, hexToBytes } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { chacha20Stream } from './chacha20.ts'
import { FsChacha20, FsChacha20Poly1305 } from './fsChacha20.ts'

const random = createRandom(1)
const key = random.bytes(32)

test('chunks are the key stream, and every 224th changes the key', () => {
  const cipher = new FsChacha20(key, 3)
  const stream = chacha20Stream(key, new Uint8Array(12), 704)
  for (let i = 0; i < 224; i++) expect(cipher.crypt(new Uint8Array(3))).toEqual(stream.slice(3 * i, 3 * i + 3))
  const next = chacha20Stream(stream.slice(672), hexToBytes('000000000100000000000000'), 3)
  expect(cipher.crypt(new Uint8Array(3))).toEqual(next)
})

// From Bitcoin Core's crypto_tests.
test('the AEAD agrees with the published answer at packet 500', () => {
  const plaintext = hexToBytes(
    'd6a4cb04ef0f7c09c1866ed29dc24d820e75b0491032a51b4c3366f9ca35c19ea3047ec6be9d45f9637b63e1cf9eb4c2' +
      '523a5aab7b851ebeba87199db0e839cf0d5c25e50168306377aedbe9089fd2463ded88b83211cf51b73b150608cc7a60' +
      '0d0f11b9a742948482e1b109d8faf15b450aa7322e892fa2208c6691e3fecf4c711191b14d75a72147',
  )
  const associatedData = hexToBytes('786cb9b6ebf44288974cf0')
  const cipher = new FsChacha20Poly1305(hexToBytes('5c9e1c3951a74fba66708bf9d2c217571684556b6a6a3573bff2847d38612654'))
  for (let i = 0; i < 500; i++) cipher.encrypt(new Uint8Array(0), new Uint8Array(0))
  expect(bytesToHex(cipher.encrypt(plaintext, associatedData))).toBe(
    '9dcebbd3281ea3dd8e9a1ef7d55a97abd6743e56ebc0c190cb2c4e14160b385e0bf508dddf754bd02c7c208447c131ce' +
      '23e47a4a14dfaf5dd8bc601323950f754e05d46e9232f83fc5120fbbef6f5347a826ec79a93820718d4ec7a2b7cfaaa4' +
      '4b21e16d726448b62f803811aff4f6d827ed78e738ce8a507b81a8ae131311928039213de18a5120dc9b7370baca878f' +
      '50ff254418de3da50c',
  )
})

test('packets open in order', () => {
  const [sender, receiver] = [new FsChacha20Poly1305(key), new FsChacha20Poly1305(key)]
  for (let i = 0; i < 500; i++) {
    const [packet, associatedData] = [random.bytes(i % 40), random.bytes(i % 3)]
    expect(receiver.decrypt(sender.encrypt(packet, associatedData), associatedData)).toEqual(packet)
  }
})

test('a packet that was changed, or comes twice, does not open', () => {
  const [sender, receiver] = [new FsChacha20Poly1305(key), new FsChacha20Poly1305(key)]
  const sealed = sender.encrypt(Uint8Array.of(1, 2, 3), new Uint8Array(0))
  expect(receiver.decrypt(sealed, new Uint8Array(0))).toEqual(Uint8Array.of(1, 2, 3))
  expect(receiver.decrypt(sealed, new Uint8Array(0))).toBeUndefined()
})
