import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { bitcoindHelp, infoRequested, isBitcoindStyle } from './commandLine.ts'
import { type BitcoindOptions, readBitcoindOptions } from './bitcoindOptions.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ply-options-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (...args: string[]): BitcoindOptions =>
  unwrap(readBitcoindOptions(['-regtest', `-datadir=${folder}`, ...args], '0.1.0'))
function failure(...args: string[]): string {
  const options = readBitcoindOptions([`-datadir=${folder}`, ...args], '0.1.0')
  return options.ok ? 'none' : options.error
}

test('what Core’s test framework starts a node with', () => {
  writeFileSync(
    join(folder, 'bitcoin.conf'),
    'regtest=1\n[regtest]\nport=11000\nrpcport=16000\nserver=1\nkeypool=1\nconnect=0\npeertimeout=999999999\nprinttoconsole=0\nshrinkdebugfile=0\nbind=127.0.0.1\n',
  )
  const args = ['-debug', '-debugexclude=rand', '-uacomment=testnode0', '-loglevel=trace', '-v2transport=0']
  const options = unwrap(readBitcoindOptions([`-datadir=${folder}`, '-logtimemicros', ...args], '0.1.0'))
  expect(options).toMatchObject({
    network: { name: 'regtest' },
    rpc: {
      enabled: true,
      endpoints: [
        { host: '127.0.0.1', port: 16000 },
        { host: '::1', port: 16000, optional: true },
      ],
    },
    peers: {
      listen: [{ address: '127.0.0.1:11000' }],
      connect: [],
      userAgent: '/Ply:0.1.0(testnode0)/',
      encrypted: false,
    },
    log: { console: false, shrink: false, file: join(folder, 'regtest/debug.log') },
    pidFile: join(folder, 'regtest/bitcoind.pid'),
  })
  const { selection, format } = options.log
  expect(selection.level).toBe('trace')
  expect([selection.categories.has('net'), selection.categories.has('rand')]).toEqual([true, false])
  expect(format.microseconds).toBe(true)
  expect(readFileSync(join(folder, 'regtest/settings.json'), 'utf8')).toContain('_warning_')
})

test('connecting takes as long as it may', () => {
  expect(read('-timeout=70').peers.connections.connectTimeout).toBe(70)
  for (const args of [[], ['-timeout=0'], ['-timeout=-1']]) {
    expect(read(...args).peers.connections.connectTimeout).toBeUndefined()
  }
})

test('buffers are thousands of bytes', () => {
  expect(read().peers.buffers).toEqual({ sendBuffer: 1_000_000, receiveBuffer: 5_000_000 })
  expect(read('-maxsendbuffer=20', '-maxreceivebuffer=30').peers.buffers).toEqual({
    sendBuffer: 20_000,
    receiveBuffer: 30_000,
  })
})

test('policy, mining and storage', () => {
  expect(read('-minrelaytxfee=0.00001', '-datacarrier=0', '-maxmempool=5', '-acceptnonstdtxn').mempool).toEqual({
    minRelayFeeRate: 1000n,
    maxDatacarrierBytes: undefined,
    maxBytes: 5_000_000,
    requireStandard: false,
  })
  expect(read('-incrementalrelayfee=0.00002').mempool).toEqual({ incrementalFeeRate: 2000n, minRelayFeeRate: 2000n })
  expect(read('-blockmintxfee=0.00000001', '-blockversion=7').mining).toEqual({ minFeeRate: 1n, version: 7 })
  expect(read('-prune=550', '-fastprune').storage).toMatchObject({ prune: 550 * 2 ** 20, blockFileSize: 0x10000 })
  expect(read('-reindex').storage.reindex).toBe('blocks')
  expect(read('-dbcache=100').storage.coinsCacheBytes).toBe(100 * 2 ** 20)
  expect(read('-dbcache=1').storage.coinsCacheBytes).toBe(4 * 2 ** 20)
  expect(read().storage.coinsCacheBytes).toBeUndefined()
  expect(read(`-blocksdir=${folder}`).storage.blocksDirectory).toBe(folder)
})

test('a negation that is negated is told', () => {
  const options = read('-nolisten=0')
  expect(options.warnings).toContain('Parsed potentially confusing double-negative -listen=0')
  expect(read('-nolisten').warnings).toEqual([])
})

test('how much of the machine goes into verification', () => {
  expect(read().verification).toEqual({})
  expect(read('-par=1', '-prevoutfetchthreads=0').verification).toEqual({ signatureThreads: 0, coinReaders: 1 })
  expect(read('-par=4', '-maxsigcachesize=2', '-prevoutfetchthreads=99').verification).toEqual({
    signatureThreads: 3,
    scriptCacheBytes: 2 * 2 ** 20,
    coinReaders: 16,
  })
  expect(read('-par=-1000').verification).toEqual({ signatureThreads: 0 })
})

test('what changes nothing is told, unless it is switched off', () => {
  const told = (...args: string[]): string[] => read(...args).notes.filter((note) => note.includes('without effect'))
  expect(told('-dbbatchsize=1000', '-lang=de')).toEqual([
    'Option -dbbatchsize is accepted, without effect',
    'Option -lang is accepted, without effect',
  ])
  expect(told('-flushwallet=0', '-unsafesqlitesync=0', '-dbcache=10')).toEqual([])
})

test('the network’s rules can be moved', () => {
  const { consensus } = read(
    '-testactivationheight=segwit@10',
    '-testactivationheight=dersig@5',
    '-vbparams=testdummy:5:10:20',
    '-minimumchainwork=0x65',
    '-test=bip94',
  ).network
  expect(consensus.buriedHeights).toEqual({ bip34: 1, bip65: 1, bip66: 5, csv: 1, segwit: 10 })
  expect(consensus.deployments.testdummy).toMatchObject({ startTime: 5, timeout: 10, minActivationHeight: 20 })
  expect([consensus.minimumChainWork, consensus.enforceBip94]).toEqual([0x65n, true])
})

test.each([
  [['-regtest', '-minrelaytxfee=x'], "Invalid amount for -minrelaytxfee=<amount>: 'x'"],
  [['-regtest', '-testactivationheight='], 'Invalid format () for -testactivationheight=name@height.'],
  [['-regtest', '-testactivationheight=bip34@-2'], 'Invalid height value (bip34@-2)'],
  [['-regtest', '-testactivationheight=name@2'], 'Invalid name (name@2)'],
  [['-regtest', '-vbparams=a:b'], 'Version bits parameters malformed'],
  [['-testactivationheight=segwit@1'], 'may not be used on mainnet'],
  [['-acceptnonstdtxn'], 'acceptnonstdtxn is not currently supported for main chain'],
  [['-regtest', '-minimumchainwork=test'], 'Invalid minimum work specified (test), must be up to 64 hex digits'],
  [['-regtest', '-blockreservedweight=1999'], 'is lower than minimum safety value of (2000)'],
  [['-regtest', '-blockmaxweight=7999'], '-blockreservedweight (8000) exceeds -blockmaxweight (7999)'],
  [['-regtest', '-prune=100'], 'Prune configured below the minimum of 550 MiB.  Please use a higher number.'],
  [['-regtest', '-prune=1', '-txindex'], 'Prune mode is incompatible with -txindex.'],
  [['-regtest', '-bind=127.0.0.1', '-listen=0'], 'Cannot set -bind or -whitebind together with -listen=0'],
  [['-regtest', '-prevoutfetchthreads=-1'], '-prevoutfetchthreads must be non-negative (got -1).'],
  [['-regtest', '-uacomment=/'], 'User Agent comment (/) contains unsafe characters.'],
  [['-regtest', `-uacomment=${'a'.repeat(256)}`], 'exceeds maximum length (256)'],
  [['-regtest', '-rpcport=0'], "Invalid port specified in -rpcport: '0'"],
  [['-regtest', '-port=70000'], "Invalid port specified in -port: '70000'"],
  [['-regtest', '-debug=abc'], 'Unsupported logging category -debug=abc.'],
  [['-regtest', '-loglevel=net:abc'], 'Unsupported category-specific logging level -loglevel=net:abc.'],
  [['-regtest', '-whitelist=oopsie@127.0.0.1'], "Invalid P2P permission: 'oopsie'"],
  [['-regtest', '-whitelist=in@127.0.0.1'], "Only direction was set, no permissions: 'in@127.0.0.1'"],
  [['-regtest', '-whitelist=noban@127.0.0.1:230'], "Invalid netmask specified in -whitelist: '127.0.0.1:230'"],
  [['-regtest', '-whitebind=noban@127.0.0.1'], "Need to specify a port with -whitebind: '127.0.0.1'"],
  [['-regtest', '-blocksdir=/none'], 'Specified blocks directory "/none" does not exist.'],
  [['-regtest', '-test=x', '-signet'], 'Can use at most one.'],
])('%j is refused', (args, message) => {
  expect(failure(...args)).toContain(message)
})

test('files: included ones, ignored ones, damaged ones', () => {
  const conf = join(folder, 'bitcoin.conf')
  writeFileSync(conf, 'includeconf=more.conf\nuacomment=a\n')
  expect(failure('-regtest')).toBe('Error reading configuration file: Failed to include configuration file more.conf')
  writeFileSync(join(folder, 'more.conf'), 'uacomment=b\nodd=1\n')
  const options = read()
  expect(options.peers.userAgent).toBe('/Ply:0.1.0(a; b)/')
  expect(options.notes).toEqual([
    `Config file: ${conf}`,
    'Included configuration file more.conf',
    'Config file arg: includeconf="more.conf"',
    'Config file arg: uacomment="a"',
    'Config file arg: uacomment="b"',
    `Command-line arg: datadir="${folder}"`,
    'Command-line arg: regtest=""',
  ])
  expect(read('-rpcpassword=secret').notes).toContain('Command-line arg: rpcpassword=****')
  expect(options.warnings).toEqual(['Ignoring unknown configuration value odd'])
  expect(failure('-regtest', '-conf=none.conf')).toContain('could not be opened.')
  expect(failure('-regtest', '-conf=more.conf')).toMatch(/contains a "bitcoin\.conf" file which is ignored/)
  expect(read('-conf=more.conf', '-allowignoredconf').warnings).toHaveLength(2)
  writeFileSync(conf, 'port=5\n')
  expect(failure('-regtest')).toBe(
    'Config setting for -port only applied on regtest network when in [regtest] section.\n',
  )
  writeFileSync(conf, '')
  writeFileSync(join(folder, 'regtest/settings.json'), '{')
  expect(failure('-regtest')).toContain('does not contain valid JSON')
  writeFileSync(join(folder, 'regtest/settings.json'), '{"prune": 550}')
  expect(read().storage.prune).toBe(550 * 2 ** 20)
  expect(failure('-regtest', '-datadir=/none/such')).toBe('Specified data directory "/none/such" does not exist.')
})

test('permissions go by address and direction', () => {
  const { permissionsOf } = read(
    '-whitelist=noban,in,out@127.0.0.1',
    '-whitelist=10.0.0.0/8',
    '-whitebind=mempool@1.2.3.4:5',
  ).peers
  const of = (kind: 'inbound' | 'manual' | 'outbound', remote: string, local = '127.0.0.1:1'): unknown => [
    ...permissionsOf({ kind, remote, local }),
  ]
  expect(of('inbound', '127.0.0.1:4')).toEqual(['noban', 'download'])
  expect(of('manual', '127.0.0.1:4')).toEqual(['noban', 'download'])
  expect(of('outbound', '127.0.0.1:4')).toEqual([])
  expect(of('inbound', '10.2.3.4:4')).toEqual(['relay', 'mempool', 'noban', 'download'])
  expect(of('manual', '10.2.3.4:4')).toEqual([])
  expect(of('inbound', '9.9.9.9:4', '1.2.3.4:5')).toEqual(['mempool'])
})

test('a command line is of one kind or the other', () => {
  const own = new Set(['datadir', 'network', 'nolisten', 'prune', 'rpcport'])
  const is = (...args: string[]): boolean => isBitcoindStyle(args, own)
  expect(is()).toBe(false)
  expect(is('-d', '-x', '--rpcport', '0')).toBe(false)
  expect(is('--datadir', '/tmp', '--nolisten')).toBe(false)
  expect(is('-h')).toBe(false)
  expect(is('-regtest')).toBe(true)
  expect(is('--regtest')).toBe(true)
  expect(is('-datadir=x')).toBe(true)
  expect([infoRequested(['-version']), infoRequested(['-help']), infoRequested(['-regtest'])]).toEqual([
    'version',
    'help',
    undefined,
  ])
  expect(bitcoindHelp(false)).toContain('  -prune=<n>\n')
  expect(bitcoindHelp(false)).not.toContain('-blockversion')
  expect(bitcoindHelp(true)).toContain('-blockversion=<n>')
})
