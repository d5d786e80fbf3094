import { formatHostAndPort, parseHostAndPort } from '@ply/net'
import { type ListenAddress, parseService } from '@ply/layer1-node'
import type { Interactions } from './interactions.ts'
import { OptionError } from './optionError.ts'
import { whitebindAddress, whitebindExempts } from './permissions.ts'
import type { Settings } from './settings.ts'

/** Whether peers are accepted: asked for, or implied by the rest. */
export function listens(settings: Settings, interactions: Interactions): boolean {
  const bound = settings.list('bind').length + settings.list('whitebind').length > 0
  const listen = interactions.flag('listen', true)
  if (bound && !listen) throw new OptionError('Cannot set -bind or -whitebind together with -listen=0')
  if (!listen && settings.flag('listenonion', false)) {
    throw new OptionError('Cannot set -listen=0 together with -listenonion=1')
  }
  return listen
}

/** `-bind=<addr>[:<port>][=onion]`; `port` is the one for addresses without. */
function readBind(text: string, port: number): ListenAddress {
  const [address = '', kind] = text.split('=')
  const onion = kind === 'onion'
  const parsed = parseHostAndPort(address, onion ? port + 1 : port)
  if (!parsed.ok && /:[^:\]]*$/.test(address)) throw new OptionError(`Invalid port specified in -bind: '${text}'`)
  if (!parsed.ok || (kind !== undefined && !onion)) throw new OptionError(`Cannot resolve -bind address: '${text}'`)
  return { address: formatHostAndPort(parsed.value), onion }
}

function refuseDuplicates(binds: readonly ListenAddress[]): void {
  const addresses = binds.map(({ address }) => address)
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i && !address.endsWith(':0'))
  if (twice === undefined) return
  throw new OptionError(
    `Duplicate binding configuration for address ${twice}. Please check your -bind, -bind=...=onion and -whitebind settings.`,
  )
}

/**
 * Where to listen, in the order in which bitcoind tries it, and where an onion service would lead to: the first address
 * that is meant for that, else the first of all, else one of its own beside the port.
 */
export function readBinds(
  settings: Settings,
  port: number,
): { readonly binds: readonly ListenAddress[]; readonly onionTarget: string } {
  const bound = settings.list('bind').map((text) => readBind(text, port))
  const whitebound = settings.list('whitebind').map((text): ListenAddress => {
    const address = whitebindAddress(text)
    return whitebindExempts(text) ? { address, unannounced: true } : { address }
  })
  const usual = bound.filter(({ onion }) => onion !== true)
  const named = bound.filter(({ onion }) => onion === true)
  const onion = bound.length > 0 ? named : [{ address: `127.0.0.1:${port + 1}`, onion: true }]
  const everywhere = [{ address: `[::]:${port}`, optional: true }, { address: `0.0.0.0:${port}` }]
  const anywhere = bound.length + whitebound.length === 0 ? everywhere : []
  const binds = [...usual, ...whitebound, ...onion, ...anywhere]
  refuseDuplicates(binds)
  return { binds, onionTarget: (onion[0] ?? usual[0]!).address }
}

/** The port at which others find us: of the first address that names one, else the usual `port`. */
export function readListenPort(settings: Settings, port: number): number {
  const bound = settings.list('bind').flatMap((text) => parseService(text, 0) ?? [])
  const whitebound = settings.list('whitebind').filter((text) => !whitebindExempts(text))
  const services = [...bound, ...whitebound.flatMap((text) => parseService(whitebindAddress(text), 0) ?? [])]
  return services.find((service) => service.port !== 0)?.port ?? port
}

/** An onion service leads to one address alone. */
export function warnOfSeveralTargets(binds: readonly ListenAddress[], target: string): string[] {
  if (binds.filter(({ onion }) => onion === true).length <= 1) return []
  const using = `Using ${target} for the automatically created Tor onion service.`
  return [`More than one onion bind address is provided. ${using}`]
}
