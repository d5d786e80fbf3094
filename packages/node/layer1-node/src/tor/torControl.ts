import { bytesToHex, concatBytes, decodeHex, equalBytes, utf8ToBytes } from '@ply/bytes'
import { hmacSha256 } from '@ply/crypto'
import { formatService, parseService, type Service } from '@ply/p2p'
import type { Entropy, LogLevel } from '@ply/ports'
import type { TorReply } from './torReply.ts'
import { parseReplyMapping, splitReplyLine } from './torReplyText.ts'
import type { TorSettings } from './torSettings.ts'

const OK = 250
const UNRECOGNIZED = 510
const SYNTAX_ERROR = 512
export const TOR_COOKIE_SIZE = 32
const NONCE_SIZE = 32
/** Keys of the hashes that both sides show to know the cookie by (SAFECOOKIE). */
const SERVER_KEY = utf8ToBytes('Tor safe cookie authentication server-to-controller hash')
const CLIENT_KEY = utf8ToBytes('Tor safe cookie authentication controller-to-server hash')
/** A key of this kind is asked for where there is none yet. */
const NEW_KEY = 'NEW:ED25519-V3'
const USUAL_PROXY = '127.0.0.1:9050'

export interface TorControlFields extends Omit<TorSettings, 'control'> {
  /** Port of the service in Tor: the network's own, so that it does not give us away. */
  readonly port: number
  readonly entropy: Entropy
  /** Of an earlier run, with the kind before it. */
  readonly privateKey: string | undefined
}

/** What is to be done, in order. */
export type TorEffect =
  /** Without the end of the line. */
  | { readonly type: 'send'; readonly command: string }
  /** Answer with {@link TorControl.cookieRead}. */
  | { readonly type: 'read-cookie'; readonly path: string }
  | { readonly type: 'save-key'; readonly privateKey: string }
  /** Peers in Tor are reached through this proxy. */
  | { readonly type: 'proxy'; readonly address: string }
  /** Others can reach us there now. */
  | { readonly type: 'service'; readonly service: Service }
  | { readonly type: 'log'; readonly level: LogLevel; readonly text: string }

type Handler = (reply: TorReply) => void

/**
 * One connection to Tor's control port, as a machine without I/O: which authentication Tor wants, that one, then where its
 * proxy listens, and an onion service that leads to us. Replies come in the order of the commands.
 */
export class TorControl {
  readonly #fields: TorControlFields
  readonly #handlers: Handler[] = []
  #effects: TorEffect[] = []
  #privateKey: string
  #cookie: Uint8Array = new Uint8Array(0)
  #nonce: Uint8Array = new Uint8Array(0)
  #cookiePath = ''

  constructor(fields: TorControlFields) {
    this.#fields = fields
    this.#privateKey = fields.privateKey ?? NEW_KEY
  }

  connected(): readonly TorEffect[] {
    this.#send('PROTOCOLINFO 1', (reply) => this.#protocolInfo(reply))
    return this.#take()
  }

  replied(reply: TorReply): readonly TorEffect[] {
    const handler = this.#handlers.shift()
    if (handler) handler(reply)
    else this.#debug(`Received unexpected sync reply ${reply.code}`)
    return this.#take()
  }

  /** What stands in the file of the cookie; undefined if it cannot be read. */
  cookieRead(cookie: Uint8Array | undefined): readonly TorEffect[] {
    const what = `Authentication cookie ${this.#cookiePath}`
    if (!cookie) {
      this.#warn(`${what} could not be opened (check permissions)`)
    } else if (cookie.length !== TOR_COOKIE_SIZE) {
      this.#warn(`${what} is not exactly ${TOR_COOKIE_SIZE} bytes, as is required by the spec`)
    } else {
      this.#cookie = cookie
      this.#nonce = this.#fields.entropy.bytes(NONCE_SIZE)
      this.#send(`AUTHCHALLENGE SAFECOOKIE ${bytesToHex(this.#nonce)}`, (reply) => this.#challenged(reply))
    }
    return this.#take()
  }

  #protocolInfo({ code, lines }: TorReply): void {
    if (code !== OK) {
      this.#warn('Requesting protocol info failed')
      return
    }
    let methods: readonly string[] = []
    for (const line of lines) {
      const [type, rest] = splitReplyLine(line)
      const values = parseReplyMapping(rest)
      if (type === 'AUTH') {
        methods = values.get('METHODS')?.split(',') ?? methods
        this.#cookiePath = values.get('COOKIEFILE') ?? this.#cookiePath
      } else if (type === 'VERSION' && values.has('Tor')) {
        this.#debug(`Connected to Tor version ${values.get('Tor')}`)
      }
    }
    for (const method of new Set(methods)) this.#debug(`Supported authentication method: ${method}`)
    this.#authenticate(new Set(methods))
  }

  /** A password that was given is the only way; without one, nothing, or the cookie. */
  #authenticate(methods: ReadonlySet<string>): void {
    const { password } = this.#fields
    if (password !== '') {
      if (!methods.has('HASHEDPASSWORD')) {
        this.#warn('Password provided with -torpassword, but HASHEDPASSWORD authentication is not available')
        return
      }
      this.#debug('Using HASHEDPASSWORD authentication')
      this.#sendAuthentication(` "${password.replaceAll('"', '\\"')}"`)
    } else if (methods.has('NULL')) {
      this.#debug('Using NULL authentication')
      this.#sendAuthentication('')
    } else if (methods.has('SAFECOOKIE')) {
      const path = this.#cookiePath
      this.#debug(`Using SAFECOOKIE authentication, reading cookie authentication from ${path}`)
      this.#effects.push({ type: 'read-cookie', path })
    } else if (methods.has('HASHEDPASSWORD')) {
      this.#warn(
        'The only supported authentication mechanism left is password, but no password provided with -torpassword',
      )
    } else {
      this.#warn('No supported authentication method')
    }
  }

  #challenged({ code, lines }: TorReply): void {
    if (code !== OK) {
      this.#warn('SAFECOOKIE authentication challenge failed')
      return
    }
    this.#debug('SAFECOOKIE authentication challenge successful')
    const [type, rest] = splitReplyLine(lines[0] ?? '')
    if (type !== 'AUTHCHALLENGE') {
      this.#warn('Invalid reply to AUTHCHALLENGE')
      return
    }
    const values = parseReplyMapping(rest)
    const hash = decodeHex(values.get('SERVERHASH') ?? '')
    const nonce = decodeHex(values.get('SERVERNONCE') ?? '')
    if (!nonce.ok || nonce.value.length !== NONCE_SIZE) {
      this.#warn('ServerNonce is not 32 bytes, as required by spec')
      return
    }
    const secret = concatBytes(this.#cookie, this.#nonce, nonce.value)
    // Only Tor itself can know it: who listens in its place learns nothing to authenticate with.
    if (!hash.ok || !equalBytes(hash.value, hmacSha256(SERVER_KEY, secret))) {
      this.#warn(`ServerHash ${values.get('SERVERHASH') ?? ''} does not match expected ServerHash`)
      return
    }
    this.#sendAuthentication(` ${bytesToHex(hmacSha256(CLIENT_KEY, secret))}`)
  }

  #sendAuthentication(proof: string): void {
    this.#send(`AUTHENTICATE${proof}`, ({ code }) => {
      if (code === OK) this.#authenticated()
      else this.#warn('Authentication failed')
    })
  }

  #authenticated(): void {
    this.#debug('Authentication successful')
    if (this.#fields.takesProxy) this.#send('GETINFO net/listeners/socks', (reply) => this.#proxyKnown(reply))
    this.#addOnion(true)
  }

  #proxyKnown({ code, lines }: TorReply): void {
    const told = code === OK ? findProxy(lines) : undefined
    if (told !== undefined) this.#debug(`Get SOCKS port command yielded ${told}`)
    else if (code === OK) this.#warn('Get SOCKS port command returned nothing')
    else if (code === UNRECOGNIZED) {
      this.#warn('Get SOCKS port command failed with unrecognized command (You probably should upgrade Tor)')
    } else this.#warn(`Get SOCKS port command failed; error code ${code}`)
    const service = told === undefined ? undefined : parseService(told, 9050)
    const address = service ? formatService(service) : USUAL_PROXY
    this.#debug(`Configuring onion proxy for ${address}`)
    this.#effects.push({ type: 'proxy', address })
  }

  /** `defended`: who floods the service has to work for it, where this Tor knows how. */
  #addOnion(defended: boolean): void {
    const { port, target } = this.#fields
    const defences = defended ? ' PoWDefensesEnabled=1' : ''
    const command = `ADD_ONION ${this.#privateKey}${defences} Port=${port},${target}`
    this.#send(command, (reply) => this.#onionAdded(reply, defended))
  }

  #onionAdded({ code, lines }: TorReply, defended: boolean): void {
    if (code === OK) {
      this.#debug(`ADD_ONION successful (PoW defenses ${defended ? 'enabled' : 'disabled'})`)
      this.#serviceKnown(lines)
    } else if (code === UNRECOGNIZED) {
      this.#warn('Add onion failed with unrecognized command (You probably need to upgrade Tor)')
    } else if (defended && code === SYNTAX_ERROR) {
      this.#debug('ADD_ONION failed with PoW defenses, retrying without')
      this.#addOnion(false)
    } else {
      this.#warn(`Add onion failed; error code ${code}`)
    }
  }

  #serviceKnown(lines: readonly string[]): void {
    const values = new Map(lines.flatMap((line) => [...parseReplyMapping(line)]))
    const id = values.get('ServiceID') ?? ''
    const key = values.get('PrivateKey') ?? ''
    // It goes into a command again: nothing in it may end one.
    if (/^[!-~]+$/.test(key)) this.#privateKey = key
    if (id === '') {
      this.#warn('Error parsing ADD_ONION parameters:')
      for (const line of lines) this.#warn(`    ${line}`)
      return
    }
    const service = parseService(`${id}.onion`, this.#fields.port)
    const at = service ? formatService(service) : 'nowhere'
    this.#effects.push({ type: 'log', level: 'info', text: `Got tor service ID ${id}, advertising service ${at}` })
    this.#effects.push({ type: 'save-key', privateKey: this.#privateKey })
    if (service) this.#effects.push({ type: 'service', service })
  }

  #send(command: string, handler: Handler): void {
    this.#handlers.push(handler)
    this.#effects.push({ type: 'send', command })
  }

  #debug(text: string): void {
    this.#effects.push({ type: 'log', level: 'debug', text })
  }

  #warn(text: string): void {
    this.#effects.push({ type: 'log', level: 'warn', text: `tor: ${text}` })
  }

  #take(): readonly TorEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}

const SOCKS = 'net/listeners/socks='

/** The proxy among those that Tor names: one on this machine if there is one, else the last. */
function findProxy(lines: readonly string[]): string | undefined {
  const words = lines.flatMap((line) => (line.startsWith(SOCKS) ? line.slice(SOCKS.length).split(' ') : []))
  const addresses = words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')).filter((word) => word !== '')
  return addresses.find((address) => address.startsWith('127.0.0.1:')) ?? addresses.at(-1)
}
