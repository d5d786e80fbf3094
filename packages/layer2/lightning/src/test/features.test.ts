import { decodeFeatures, decodeMessage, type Features, FEATURES } from '@ply/wire'
import { expect, test } from 'vitest'
import { SimNetwork } from './simNetwork.ts'

const KEYSEND = FEATURES.keysend.bit + 1
const ANCHORS = FEATURES.option_anchors.bit + 1

test('node_announcement says that payments without invoice are taken (BLIP 3), init does not', () => {
  const net = new SimNetwork(5)
  const [a, b] = [net.add('alice'), net.add('bob')]
  const said: Features[] = []
  net.connect(a.id, b.id)
  while (net.step()) {
    for (const bytes of net.links.get(`${a.id}>${b.id}`) ?? []) {
      const message = decodeMessage(bytes)
      if (message.ok && message.value.type === 'init') said.push(decodeFeatures(message.value.features))
    }
  }
  expect(said[0]?.has(ANCHORS)).toBe(true)
  expect(said[0]?.has(KEYSEND)).toBe(false)

  net.open(a, b, 1_000_000n)
  const announced = decodeFeatures(b.machine.graph.node(a.id)!.announcement!.features)
  expect(announced.has(ANCHORS)).toBe(true)
  expect(announced.has(KEYSEND)).toBe(true)
})
