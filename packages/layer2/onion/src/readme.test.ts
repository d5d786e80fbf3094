import { expect, it } from 'vitest'
import { unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { createOnion, encodePayload, peelOnion } from '@ply/onion'

const nodeSecret = new Uint8Array(32).fill(2)
const payload = encodePayload({ keysendPreimage: new Uint8Array(32).fill(3), outgoingCltvValue: 800_000 })
const { packet } = unwrap(
  createOnion({
    sessionKey: new Uint8Array(32).fill(1),
    associatedData: new Uint8Array(32), // the payment hash
    hops: [{ nodeId: publicKeyFromSecret(nodeSecret)!, payload }],
  }),
)
const peeled = unwrap(peelOnion({ packet, associatedData: new Uint8Array(32), nodeSecret }))

it('README example', () => {
  expect(peeled.payload).toEqual(payload)
  expect(peeled.next).toBeUndefined()
})
