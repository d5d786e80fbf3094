import type { Connection, Transport } from '@ply/ports'
import { expect, test } from 'vitest'
import { noLookUp, resolveNames, systemLookUp } from './lookUp.ts'

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'node.example': ['192.0.2.1', '2001:db8::1', '192.0.2.2'],
}

/** Reaches one address alone. */
function create(reachable: string) {
  const tried: string[] = []
  const inner: Transport = {
    connect: (address) => {
      tried.push(address)
      if (address !== reachable) return Promise.reject(new Error(`nobody at ${address}`))
      return Promise.resolve({ remoteAddress: address } as Connection)
    },
    listen: (address) => Promise.resolve({ address, close: () => Promise.resolve() }),
  }
  return { tried, transport: resolveNames(inner, (name) => Promise.resolve(NAMES[name] ?? [])) }
}

test('a name is tried by all its addresses', async () => {
  const { tried, transport } = create('[2001:db8::1]:5')
  expect((await transport.connect('node.example:5', 1)).remoteAddress).toBe('[2001:db8::1]:5')
  expect(tried).toEqual(['192.0.2.1:5', '[2001:db8::1]:5'])
  const nobody = create('')
  await expect(nobody.transport.connect('node.example:5', 1)).rejects.toThrow('nobody at 192.0.2.2:5')
  await expect(nobody.transport.connect('other.example:5', 1)).rejects.toThrow('no address of other.example was found')
})

test.each(['192.0.2.9:5', '[2001:db8::9]:5', 'abcdefgh.onion:5', 'abcdefgh.b32.i2p:0', 'unix:/tmp/socket'])(
  '%s is no name',
  async (address) => {
    const { tried, transport } = create(address)
    await transport.connect(address, 1)
    expect(tried).toEqual([address])
  },
)

test('names that lead nowhere by rule are asked of nobody', async () => {
  expect(await systemLookUp('dummySeed.invalid.')).toEqual([])
  expect(await noLookUp('localhost')).toEqual([])
})
