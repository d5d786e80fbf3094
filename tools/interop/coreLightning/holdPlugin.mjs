#!/usr/bin/env node
// A plugin of Core Lightning that keeps HTLCs waiting: between `hold` and `release` nothing is accepted or forwarded.
let holding = false
let waiting = []

const answer = (id, result) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)

const manifest = {
  dynamic: true,
  options: [],
  rpcmethods: [
    { name: 'hold', usage: '', description: 'Keeps what comes waiting.' },
    { name: 'release', usage: '', description: 'Lets what waits go on.' },
    { name: 'held', usage: '', description: 'How many wait.' },
  ],
  hooks: [{ name: 'htlc_accepted' }],
  subscriptions: [],
}

function handle({ id, method }) {
  switch (method) {
    case 'getmanifest':
      return answer(id, manifest)
    case 'init':
      return answer(id, {})
    case 'hold':
      holding = true
      return answer(id, {})
    case 'release':
      holding = false
      for (const hook of waiting) answer(hook, { result: 'continue' })
      waiting = []
      return answer(id, {})
    case 'held':
      return answer(id, { count: waiting.length })
    case 'htlc_accepted':
      if (!holding) return answer(id, { result: 'continue' })
      waiting.push(id)
      return undefined
    default:
      return undefined
  }
}

let text = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (data) => {
  text += data
  const messages = text.split('\n\n')
  text = messages.pop()
  for (const message of messages) handle(JSON.parse(message))
})
