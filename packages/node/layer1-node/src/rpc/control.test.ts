import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

test('network and control', async () => {
  expect(await call('getnetworkinfo')).toMatchObject({ connections: 0, relayfee: 0.000001 })
  expect(await call('getpeerinfo')).toEqual([])
  expect(await call('getconnectioncount')).toBe(0)
  expect(await failure('disconnectnode', '127.0.0.1:1')).toBe('-29 Node not found in connected nodes')
  expect(await failure('addnode', '127.0.0.1:1', 'remove')).toMatch(/^-24 /)
  expect(await call('addnode', '127.0.0.1:1', 'onetry')).toBeNull()
  expect(await call('uptime')).toBeTypeOf('number')
  expect(await call('echo', 1, 'a')).toEqual([1, 'a'])
  expect(await failure('echo', ...Array.from({ length: 9 }, () => 0), 'trigger_internal_bug')).toBe(
    '-1 Internal bug detected: request.params[9].get_str() != "trigger_internal_bug"',
  )
  expect(await call('echoipc', 'a')).toBe('a')
  expect(await call('syncwithvalidationinterfacequeue')).toBeNull()
  expect(await failure('setmocktime', -1)).toMatch(/^-8 Mocktime must be in the range/)
  expect(await failure('nonsense')).toBe('-32601 Method not found')
})

test('the memory that is in use and that is not add up', async () => {
  const { locked } = (await call('getmemoryinfo')) as { locked: Record<string, number> }
  expect(locked['used']! + locked['free']!).toBe(locked['total'])
  expect(Math.min(locked['used']!, locked['free']!, locked['chunks_used']!, locked['chunks_free']!)).toBeGreaterThan(0)
  expect(await failure('getmemoryinfo', 'mallocinfo')).toBe('-8 mallocinfo mode not available')
  expect(await failure('getmemoryinfo', 'foobar')).toBe('-8 unknown mode foobar')
})

test('mock time is what blocks carry', async () => {
  await call('setmocktime', 1_800_000_000)
  await node.mine(1)
  expect(await call('getblockheader', (await call('getbestblockhash')) as string)).toMatchObject({
    time: 1_800_000_000,
  })
  await call('setmocktime', 0)
})
