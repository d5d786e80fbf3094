import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it, test } from 'vitest'
import { formatService } from '@ply/p2p'
import { createRandom, ManualClock, SeededEntropy } from '@ply/testkit'
import { watchLog } from '../test/watchLog.ts'
import { parseIpv4Routes, parseIpv6Routes } from './defaultGateway.ts'
import { readExternalAnswer, readMapAnswer } from './natPmp.ts'
import { readPcpAnswer } from './pcp.ts'
import { PortMapper } from './portMapper.ts'

const cleanup: (() => unknown)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
})

type Answer = (request: Buffer) => readonly (Buffer | number[])[]

/** A router that answers as a test wants, and what it was asked. */
async function startRouter(answer: Answer) {
  const asked: Buffer[] = []
  const socket: Socket = createSocket('udp4')
  cleanup.push(() => socket.close())
  socket.on('message', (request, { port, address }) => {
    asked.push(request)
    for (const bytes of answer(request)) socket.send(Uint8Array.from(bytes), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { asked, port: socket.address().port }
}

function start(gatewayPort: number) {
  const { log, logger, tell, said } = watchLog()
  const clock = new ManualClock()
  const mapper = new PortMapper({
    ...{ port: 8333, gatewayPort, clock, entropy: new SeededEntropy(1), logger },
    findGateways: () => Promise.resolve({ ipv4: '127.0.0.1', ipv6: undefined }),
    ownAddresses: () => [],
    mapped: (external) => tell(`mapped ${formatService(external)}`),
  })
  cleanup.push(() => mapper.stop())
  return { log, clock, said, mapper }
}

/** What a router that knows PCP says: result, lifetime and the external end 5.6.7.8:9000. */
function pcpAnswer(request: Buffer, { result = 0, lifetime = 120, nonce = request.subarray(24, 36) } = {}): Buffer {
  const answer = Buffer.alloc(60)
  answer.set([2, 0x81, 0, result])
  answer.writeUInt32BE(lifetime, 4)
  answer.set(nonce, 24)
  answer.set([6, 0, 0, 0], 36)
  answer.writeUInt16BE(request.readUInt16BE(40), 40)
  answer.writeUInt16BE(9000, 42)
  answer.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 5, 6, 7, 8], 44)
  return answer
}

const NATPMP_ONLY = [0, 0x81, 0, 1, 0, 0, 0, 0]
const natPmp: Answer = (request) => {
  if (request[0] === 2) return [NATPMP_ONLY]
  if (request[1] === 0) return [[0, 0x80, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4]]
  return [[0, 0x82, 0, 0, 0, 0, 0, 9, 0x20, 0x8d, 0x23, 0x28, 0, 0, 0, 120]]
}

describe('the mapping of our port', () => {
  it('is asked for by PCP, and renewed after half its life', async () => {
    const { asked, port } = await startRouter((request) => [pcpAnswer(request)])
    const { clock, said } = start(port)
    await said('mapped 5.6.7.8:9000')
    const [request] = asked
    expect(request).toHaveLength(60)
    expect([...request!.subarray(0, 8)]).toEqual([2, 1, 0, 0, 0, 0, 0x09, 0x60])
    expect([...request!.subarray(18, 24)]).toEqual([0xff, 0xff, 127, 0, 0, 1])
    expect([...request!.subarray(36, 44)]).toEqual([6, 0, 0, 0, 0x20, 0x8d, 0x20, 0x8d])
    await Promise.resolve()
    clock.advance(59_999)
    expect(asked).toHaveLength(1)
    clock.advance(15_002)
    await said('mapped 5.6.7.8:9000', 2)
    // By the same nonce: it is the same mapping.
    expect(asked[1]?.subarray(24, 36)).toEqual(request!.subarray(24, 36))
  })

  it('is asked for by NAT-PMP where the router knows only that', async () => {
    const { asked, port } = await startRouter(natPmp)
    await start(port).said('mapped 1.2.3.4:9000')
    expect(asked.slice(1).map((request) => [...request])).toEqual([
      [0, 0],
      [0, 2, 0, 0, 0x20, 0x8d, 0x20, 0x8d, 0, 0, 0x09, 0x60],
    ])
  })

  it('is not taken from answers to something else', async () => {
    const { port } = await startRouter((request) => [
      ...[[1], pcpAnswer(request, { nonce: Buffer.alloc(12) }), Buffer.alloc(60)],
      pcpAnswer(request),
    ])
    const { log, said } = start(port)
    await said('mapped 5.6.7.8:9000')
    expect(log).toEqual(
      expect.arrayContaining([
        'pcp: Response too small',
        'pcp: Mapping nonce mismatch',
        'pcp: Response to wrong command',
      ]),
    )
  })

  it('is tried three times, and again in five minutes', async () => {
    const { asked, port } = await startRouter(() => [])
    const { clock, said } = start(port)
    for (const tries of [1, 2, 3]) {
      await expect.poll(() => asked.length).toBe(tries)
      clock.advance(1000)
    }
    await said('Giving up after 3 tries')
    await expect
      .poll(() => {
        clock.advance(60_000)
        return asked.length
      })
      .toBeGreaterThan(3)
  })

  it.each([
    [8, 'NO_RESOURCES (code 8)', 'portmap: At least one mapping failed because of a NO_RESOURCES error'],
    [2, 'NOT_AUTHORIZED (code 2)', 'pcp: Mapping failed'],
    [77, '(unknown) (code 77)', 'pcp: Mapping failed'],
  ])('fails by result %d', async (result, name, words) => {
    const { port } = await startRouter((request) => [pcpAnswer(request, { result })])
    const { said } = start(port)
    await said(`Mapping failed with result ${name}`)
    await said(words)
  })

  it('is not renewed at once whatever the router says', async () => {
    const { asked, port } = await startRouter((request) => [pcpAnswer(request, { lifetime: 1 })])
    const { clock, said } = start(port)
    await said('Got impossibly short mapping lifetime of 1 seconds')
    clock.advance(60_000)
    expect(asked).toHaveLength(1)
  })
})

it('is waited for no longer when the node stops', async () => {
  const { asked, port } = await startRouter(() => [])
  const { mapper } = start(port)
  await expect.poll(() => asked.length).toBe(1)
  await mapper.stop()
  expect(asked).toHaveLength(1)
})

test('the router is the one that all else goes to', () => {
  const head = 'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n'
  const near = 'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n'
  expect(parseIpv4Routes(`${head}${near}eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`)).toBe(
    '192.0.2.1',
  )
  expect(parseIpv4Routes(head + near)).toBeUndefined()
  expect(parseIpv4Routes('')).toBeUndefined()
  const zero = '0'.repeat(32)
  const rest = '00000400 00000001 00000000'
  const line = (gateway: string, flags = '00000003') => `${zero} 00 ${zero} 00 ${gateway} ${rest} ${flags}     eth0\n`
  expect(parseIpv6Routes(line('fe80000000000000000000000000beef'))).toBe('fe80::beef%eth0')
  expect(parseIpv6Routes(line('20010db8000000000000000000000001'))).toBe('2001:db8::1')
  expect(parseIpv6Routes(line(zero) + line('20010db8000000000000000000000001', '00000001'))).toBeUndefined()
  expect(parseIpv6Routes('')).toBeUndefined()
})

test('any bytes are an answer or none', () => {
  const random = createRandom(3)
  const nonce = new Uint8Array(12)
  for (let run = 0; run < Number(process.env['PLY_FUZZ_RUNS'] ?? 2000); run++) {
    const bytes = random.bytes(random.below(70))
    if (random.chance(0.5)) bytes.set([random.pick([0, 2]), random.pick([0x80, 0x81, 0x82])].slice(0, bytes.length))
    for (const read of [readPcpAnswer(bytes, { nonce, port: 1 }), readExternalAnswer(bytes), readMapAnswer(bytes, 1)]) {
      expect(['unrelated', 'natpmp-only', 'answer']).toContain(read.type)
    }
  }
})
