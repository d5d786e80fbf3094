// The same words to both from a peer on a socket: what they answer, in which order, and whether they hang up.
import { differencesOf } from './jsonText.mjs'
import { EARLY, lateCases } from './peerCases.mjs'
import { RawPeer } from './rawPeer.mjs'
import { frame } from './wire.mjs'

const [WTXIDRELAY, SENDADDRV2] = ['wtxidrelay', 'sendaddrv2'].map((command) => frame(command))

/** What is each node's own in a message. */
const OWN = {
  // Time, addresses, nonce and name of the program.
  version: (payload) => `${payload.toString('hex', 0, 12)} ${payload.toString('hex', payload.length - 5)}`,
  ping: () => 'nonce',
  // Nonce, and what it makes of the ids.
  cmpctblock: (payload) => `${payload.toString('hex', 0, 80)} ${payload.length}`,
}

function describe({ command, payload }) {
  const text = OWN[command]?.(payload) ?? payload.toString('hex')
  return `${command} ${text.length > 400 ? `${text.slice(0, 300)}… (${text.length})` : text}`
}

async function converse(port, talk) {
  const peer = new RawPeer(port)
  await talk(peer)
  const heard = peer.heard.map(describe)
  const { closed } = peer
  peer.end()
  return { heard, closed }
}

async function compareTalk(twins, what, talk) {
  const [ply, core] = await Promise.all(twins.both.map(({ port }) => converse(port, talk)))
  twins.report.add(`P2P ${what}`, '', differencesOf(ply, core))
}

export async function comparePeers(twins, facts) {
  for (const [name, messages] of Object.entries(EARLY)) {
    await compareTalk(twins, name, async (peer) => {
      for (const message of messages) peer.send(message)
      await peer.quiet()
    })
  }
  for (const [name, message] of Object.entries(lateCases(facts))) {
    for (const wtxid of [true, false]) {
      await compareTalk(twins, `${name}${wtxid ? '' : ', without wtxidrelay'}`, (peer) =>
        speakLate(peer, message, wtxid),
      )
    }
  }
}

async function speakLate(peer, message, wtxid) {
  await peer.shakeHands(wtxid ? [WTXIDRELAY, SENDADDRV2] : [])
  peer.send(message)
  await peer.settle()
}
