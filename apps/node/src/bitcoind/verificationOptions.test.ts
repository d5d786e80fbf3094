import { expect, test } from 'vitest'
import { Settings } from './settings.ts'
import { readVerificationOptions } from './verificationOptions.ts'

const read = (options: Readonly<Record<string, string>>): unknown => {
  const commandLine = new Map(Object.entries(options).map(([name, value]) => [name, [value]]))
  return readVerificationOptions(new Settings({ commandLine, dynamic: new Map(), config: new Map() }, 'regtest', []))
}

test('checks are made as often as asked for, and each time without a number', () => {
  expect(read({})).toEqual({})
  expect(read({ checkblockindex: '', checkmempool: '7' })).toEqual({ checkIndexEvery: 1, checkMempoolEvery: 7 })
  expect(read({ checkblockindex: '0', checkmempool: '0' })).toEqual({})
})
