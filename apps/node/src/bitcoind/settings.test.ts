import { describe, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { chooseChain } from './chainOption.ts'
import { ConfigFiles, parseCommandLine } from './parse.ts'
import { Settings } from './settings.ts'
import { NETWORK_ONLY_OPTIONS, OPTION_TABLE } from './table/table.ts'

function settings(args: readonly string[], file = ''): Settings {
  const files = new ConfigFiles()
  unwrap(files.read(file, 'bitcoin.conf'))
  const commandLine = unwrap(parseCommandLine(args))
  return new Settings(
    { commandLine, dynamic: new Map(), config: files.sections },
    unwrap(chooseChain(commandLine, files.sections.get(''))),
    NETWORK_ONLY_OPTIONS,
  )
}

describe('which value counts', () => {
  test('the last on the command line, the first in a file, and the command line before the file', () => {
    expect(settings(['-par=1', '-par=2'], 'par=3\npar=4').text('par')).toBe('2')
    expect(settings([], 'par=3\npar=4').text('par')).toBe('3')
    expect(settings(['-regtest'], 'par=3\n[regtest]\npar=5').text('par')).toBe('5')
  })

  test('a negation on either side', () => {
    expect(settings(['-nolisten'], 'listen=1').flag('listen', true)).toBe(false)
    expect(settings(['-listen=0']).flag('listen', true)).toBe(false)
    expect(settings(['-nolisten=0']).flag('listen', false)).toBe(true)
    expect(settings([], 'nolisten=1').flag('listen', true)).toBe(false)
    expect(settings(['-txindex']).flag('txindex', false)).toBe(true)
    expect(settings(['--txindex=nonsense']).flag('txindex', true)).toBe(false)
  })

  test('lists gather, and a negation ends what came before', () => {
    expect(settings(['-connect=a', '-noconnect', '-connect=b']).list('connect')).toEqual(['b'])
    expect(settings(['-uacomment=a'], 'uacomment=b').list('uacomment')).toEqual(['a', 'b'])
    expect(settings(['-nouacomment'], 'uacomment=b').list('uacomment')).toEqual([])
    // As in bitcoind: the file's values come back when more follow the negation.
    expect(settings(['-nouacomment', '-uacomment=c'], 'uacomment=b').list('uacomment')).toEqual(['c', 'b'])
  })

  test('some names of the default section are for mainnet alone', () => {
    const file = 'port=1234\nrpcuser=me'
    expect(settings([], file).text('port')).toBe('1234')
    const regtest = settings(['-regtest'], file)
    expect(regtest.text('port')).toBeUndefined()
    expect(regtest.text('rpcuser')).toBe('me')
    expect(regtest.isMisplaced('port')).toBe(true)
    expect(settings(['-regtest', '-port=1'], file).isMisplaced('port')).toBe(false)
    expect(settings(['-regtest'], 'noconnect=1').isNegated('connect')).toBe(true)
  })

  test('numbers as atoi reads them', () => {
    expect(settings(['-par=12abc']).integer('par')).toBe(12)
    expect(settings(['-par=']).integer('par')).toBe(0)
    expect(settings(['-par=-2']).integer('par')).toBe(-2)
    expect(settings([]).integer('par')).toBeUndefined()
  })
})

test.each([
  [['-frobnicate'], 'Error parsing command line arguments: Invalid parameter -frobnicate'],
  [['-regtest.port=1'], 'Error parsing command line arguments: Invalid parameter -regtest.port=1'],
  [['-nodatadir'], 'Error parsing command line arguments: Negating of -datadir is meaningless and therefore forbidden'],
  [
    ['-loglevel'],
    'Error parsing command line arguments: Can not set -loglevel with no value. Please specify value with -loglevel=value.',
  ],
  [
    ['-includeconf=x'],
    'Error parsing command line arguments: -includeconf cannot be used from commandline; -includeconf="x"',
  ],
  [['start'], "Command line contains unexpected token 'start', see plyd -h for a list of options."],
])('%j is refused', (args, message) => {
  expect(parseCommandLine(args)).toEqual({ ok: false, error: message })
})

test.each([
  ['-regtest', 'parse error on line 1: -regtest, options in configuration file must be specified without leading -'],
  ['a=b\nlisten', 'parse error on line 2: listen'],
  ['nolisten', 'parse error on line 1: nolisten, if you intended to specify a negated option, use nolisten=1 instead'],
  ['rpcpassword=a#b', 'parse error on line 1, using # in rpcpassword can be ambiguous and should be avoided'],
  [
    'conf=x',
    'conf cannot be set in the configuration file; use includeconf= if you want to include additional config files',
  ],
])('a file with %j is refused', (text, message) => {
  expect(new ConfigFiles().read(text, 'f')).toEqual({ ok: false, error: message })
})

test('unknown names in a file are passed over, with a word in the log; comments and blanks too', () => {
  const files = new ConfigFiles()
  expect(files.read(' # a comment\n\n unknown = 1\nregtest.port = 5 # here\n[moon]\npar=2\n', 'f')).toEqual({
    ok: true,
    value: undefined,
  })
  expect(files.warnings).toEqual(['Ignoring unknown configuration value unknown'])
  expect(files.sections.get('regtest')?.get('port')).toEqual(['5'])
  expect(files.mentioned.map(({ name, line }) => [name, line])).toEqual([
    ['regtest', 4],
    ['moon', 5],
  ])
})

test('one network is chosen', () => {
  const choose = (args: readonly string[], file = ''): unknown => {
    const files = new ConfigFiles()
    unwrap(files.read(file, 'f'))
    const chosen = chooseChain(unwrap(parseCommandLine(args)), files.sections.get(''))
    return chosen.ok ? chosen.value : chosen.error
  }
  expect(choose([])).toBe('main')
  expect(choose([], 'regtest=1')).toBe('regtest')
  expect(choose(['-chain=signet'])).toBe('signet')
  expect(choose(['-noregtest'], 'regtest=1')).toBe('regtest')
  expect(choose(['-testnet'])).toBe('Unknown chain test.')
  const combined = 'Invalid combination of -regtest, -signet, -testnet, -testnet4 and -chain. Can use at most one.'
  expect(choose(['-regtest', '-signet'])).toBe(combined)
})

test('no name stands twice in the table, and each says what it is for', () => {
  const entries = OPTION_TABLE.flatMap(([, list]) => list)
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length)
  for (const [heading, list] of OPTION_TABLE) {
    if (heading !== 'Hidden options') for (const { name, help } of list) expect([name, help]).not.toEqual([name, ''])
  }
})
