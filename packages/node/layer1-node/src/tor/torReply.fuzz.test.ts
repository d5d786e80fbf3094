import { expect, test } from 'vitest'
import { utf8ToBytes } from '@ply/bytes'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { SERVICE_ID } from '../test/fakeTor.ts'
import { TorControl, type TorEffect } from './torControl.ts'
import { TorReplyReader } from './torReply.ts'
import { parseReplyMapping } from './torReplyText.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 2000)
const WORDS = [
  ...['250', '510', '512', '650', '0', '-', ' ', '+', '=', '"', '\\', '\n', '\r\n', 'PROTOCOLINFO 1', 'OK', ','],
  ...['AUTH METHODS=', 'NULL', 'SAFECOOKIE', 'HASHEDPASSWORD', ' COOKIEFILE="/a"', 'VERSION Tor="1"', 'ServiceID='],
  ...[
    SERVICE_ID,
    'PrivateKey=',
    'ED25519-V3:x',
    'net/listeners/socks=',
    '127.0.0.1:9050',
    'SERVERNONCE=',
    '00'.repeat(32),
  ],
]

test('whatever comes from the control port, it is understood or refused, and no command but ours is sent', () => {
  const random = createRandom(5)
  for (let run = 0; run < RUNS; run++) {
    const reader = new TorReplyReader()
    const fields = { password: random.chance(0.3) ? 'p"w' : '', target: '127.0.0.1:1', takesProxy: true, port: 8333 }
    const control = new TorControl({ ...fields, entropy: new SeededEntropy(run), privateKey: undefined })
    const effects: TorEffect[] = [...control.connected()]
    for (let piece = 0; piece < 30; piece++) {
      const text = Array.from({ length: random.below(12) }, () => random.pick(WORDS)).join('')
      const usual = random.pick(['250-AUTH METHODS=NULL\r\n250 OK\r\n', '250 OK\r\n', '512 x\r\n', ''])
      const replies = reader.take(utf8ToBytes(random.chance(0.5) ? text : usual))
      if (!replies.ok) break
      for (const reply of replies.value) effects.push(...control.replied(reply))
      if (effects.at(-1)?.type === 'read-cookie')
        effects.push(...control.cookieRead(random.bytes(random.pick([0, 32]))))
    }
    for (const effect of effects) {
      if (effect.type === 'send') expect(effect.command).toMatch(/^(PROTOCOLINFO|AUTH|GETINFO|ADD_ONION)[ -~]*$/)
    }
  }
})

test('any text has a mapping', () => {
  const random = createRandom(6)
  for (let run = 0; run < RUNS; run++) {
    parseReplyMapping(Array.from({ length: random.below(20) }, () => random.pick(WORDS)).join(''))
  }
  expect(parseReplyMapping(`A="${'\\x'.repeat(50_000)}"`).get('A')).toHaveLength(50_000)
})
