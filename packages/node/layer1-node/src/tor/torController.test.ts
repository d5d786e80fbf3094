import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTcpTransport } from '@ply/net'
import { formatService } from '@ply/p2p'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { watchLog } from '../test/watchLog.ts'
import { FakeTor, openTor, SERVICE_ID } from '../test/fakeTor.ts'
import { TorController } from './torController.ts'
import type { TorSettings } from './torSettings.ts'

let folder: string
const cleanup: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-tor-'))
})
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
  await rm(folder, { recursive: true, force: true })
})

async function startTor(...args: Parameters<typeof FakeTor.start>): Promise<FakeTor> {
  const tor = await FakeTor.start(...args)
  cleanup.push(() => tor.close())
  return tor
}

/** A controller, and a log of what it says and of what it finds. */
function control(address: string, settings: Partial<TorSettings> = {}) {
  const { log, logger, tell, said } = watchLog()
  const clock = new ManualClock()
  const controller = new TorController({
    settings: { control: address, password: '', target: '127.0.0.1:8334', takesProxy: true, ...settings },
    transport: createTcpTransport(),
    ...{ clock, logger, entropy: new SeededEntropy(1), keyFile: join(folder, 'key'), port: 8333 },
    foundProxy: (proxy) => tell(`proxy ${proxy}`),
    serviceUp: (service) => tell(`up ${formatService(service)}`),
    serviceDown: (service) => tell(`down ${formatService(service)}`),
  })
  cleanup.push(() => controller.stop())
  return { log, clock, controller, said }
}

const ONION = `${SERVICE_ID}.onion:8333`

describe('the controller of Tor', () => {
  it('asks for a service and for the way into Tor, and keeps the key for the next time', async () => {
    const tor = await startTor()
    const first = control(tor.address)
    await first.said('Cached service private key')
    expect(tor.commands).toEqual([
      'PROTOCOLINFO 1',
      'AUTHENTICATE',
      'GETINFO net/listeners/socks',
      'ADD_ONION NEW:ED25519-V3 PoWDefensesEnabled=1 Port=8333,127.0.0.1:8334',
    ])
    expect(first.log).toEqual(expect.arrayContaining(['proxy 127.0.0.1:9150', `up ${ONION}`]))
    expect(await readFile(join(folder, 'key'), 'utf8')).toBe('ED25519-V3:secret')
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600)
    await first.controller.stop()
    expect(first.log.at(-1)).toBe(`down ${ONION}`)
    const second = control(tor.address, { takesProxy: false })
    await second.said(`up ${ONION}`)
    expect(tor.commands.slice(4)).toEqual([
      'PROTOCOLINFO 1',
      'AUTHENTICATE',
      'ADD_ONION ED25519-V3:secret PoWDefensesEnabled=1 Port=8333,127.0.0.1:8334',
    ])
  })

  it('asks again without defences where Tor does not know them', async () => {
    const tor = await startTor((command) => (command.includes('PoW') ? '512 what?\r\n' : openTor(command)))
    await control(tor.address).said(`up ${ONION}`)
    expect(tor.commands.at(-1)).toBe('ADD_ONION NEW:ED25519-V3 Port=8333,127.0.0.1:8334')
  })

  it('comes back, later each time, and takes the service down meanwhile', async () => {
    const tor = await startTor()
    const { said, clock, log } = control(tor.address)
    await said(`up ${ONION}`)
    await tor.close()
    await said(`down ${ONION}`)
    clock.advance(1000)
    await said('Retrying in 1.0 seconds')
    clock.advance(1000)
    await said('Retrying in 1.5 seconds')
    clock.advance(1499)
    expect(log.some((line) => line.includes('Retrying in 2.3 seconds'))).toBe(false)
    clock.advance(1)
    await said('Retrying in 2.3 seconds')
  })
})

describe('authentication', () => {
  const wanting = (methods: string) => (command: string) =>
    command.startsWith('PROTOCOLINFO') ? `250-AUTH METHODS=${methods}\r\n250 OK\r\n` : openTor(command)

  it('is by password where one is given', async () => {
    const tor = await startTor(wanting('HASHEDPASSWORD,NULL'))
    await control(tor.address, { password: 'a"b' }).said('Authentication successful')
    expect(tor.commands[1]).toBe('AUTHENTICATE "a\\"b"')
  })

  it.each([
    ['NULL', 'secret', 'but HASHEDPASSWORD authentication is not available'],
    ['HASHEDPASSWORD', '', 'no password provided with -torpassword'],
    ['COOKIE', '', 'No supported authentication method'],
    ['SAFECOOKIE COOKIEFILE="/nowhere/at/all"', '', 'could not be opened (check permissions)'],
  ])('by %s is not tried with password %j', async (methods, password, words) => {
    const tor = await startTor(wanting(methods))
    await control(tor.address, { password }).said(words)
    expect(tor.commands).toEqual(['PROTOCOLINFO 1'])
  })

  const COOKIE = Buffer.alloc(32, 7)
  const NONCE = Buffer.alloc(32, 9)
  const hash = (who: string, clientNonce: string, cookie = COOKIE): string =>
    createHmac('sha256', `Tor safe cookie authentication ${who} hash`)
      .update(Buffer.concat([cookie, Buffer.from(clientNonce, 'hex'), NONCE]))
      .digest('hex')

  /** A Tor that knows the cookie, or another one. */
  const withCookie =
    (path: string, cookie = COOKIE) =>
    (command: string) => {
      const nonce = /^AUTHCHALLENGE SAFECOOKIE ([0-9a-f]{64})$/.exec(command)?.[1]
      if (nonce !== undefined) {
        const proof = hash('server-to-controller', nonce, cookie)
        return `250 AUTHCHALLENGE SERVERHASH=${proof} SERVERNONCE=${NONCE.toString('hex')}\r\n`
      }
      return wanting(`COOKIE,SAFECOOKIE COOKIEFILE="${path}"`)(command)
    }

  it('is by proof that both know the cookie', async () => {
    const path = join(folder, 'cookie with "quotes"')
    await writeFile(path, COOKIE)
    const tor = await startTor(withCookie(path.replaceAll('"', '\\"')))
    await control(tor.address).said('Authentication successful')
    const nonce = tor.commands[1]!.slice(-64)
    expect(tor.commands[2]).toBe(`AUTHENTICATE ${hash('controller-to-server', nonce)}`)
  })

  it('tells nothing to who does not know the cookie, and takes no other file for it', async () => {
    const path = join(folder, 'cookie')
    await writeFile(path, COOKIE)
    const impostor = await startTor(withCookie(path, Buffer.alloc(32, 8)))
    await control(impostor.address).said('does not match expected ServerHash')
    expect(impostor.commands).toHaveLength(2)
    await writeFile(path, Buffer.alloc(33))
    const tor = await startTor(withCookie(path))
    await control(tor.address).said('is not exactly 32 bytes')
    expect(tor.commands).toHaveLength(1)
  })
})

describe('a hostile control port', () => {
  it.each([
    ['an endless line', 'A'.repeat(100_001)],
    ['endless lines', '250-more\r\n'.repeat(1001)],
  ])('that sends %s loses its connection', async (_, text) => {
    const tor = await startTor(() => undefined)
    const { said, clock } = control(tor.address)
    await tor.received(1)
    tor.say(text)
    await said('will retry')
    clock.advance(1000)
    expect(await tor.received(2)).toEqual(['PROTOCOLINFO 1', 'PROTOCOLINFO 1'])
  })

  it('cannot have a command sent that is not ours, nor spoil the log', async () => {
    const key = 'PrivateKey="x\\r\\nGETINFO all"'
    const tor = await startTor((command) =>
      command.startsWith('ADD_ONION') ? `250-ServiceID=\x1b[2J\r\n250-${key}\r\n250 OK\r\n` : openTor(command),
    )
    const { said, log } = control(tor.address)
    await said('Cached service private key')
    expect(await readFile(join(folder, 'key'), 'utf8')).toBe('NEW:ED25519-V3')
    expect(log.some((line) => line.includes('\x1b'))).toBe(false)
    expect(log.some((line) => line.startsWith('up'))).toBe(false)
  })

  it('that hangs up is left alone for a second', async () => {
    const tor = await startTor(() => undefined)
    const { said, clock } = control(tor.address)
    await tor.received(1)
    tor.hangUp()
    await said('will retry')
    clock.advance(999)
    expect(tor.commands).toHaveLength(1)
    clock.advance(1)
    await tor.received(2)
  })
})
