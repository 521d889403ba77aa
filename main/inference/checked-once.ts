import type { ProviderCheck } from '../shared/domain/provider-check.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { crossCheck, type ProviderForm } from './cross-check.ts'
import type { Prepared } from './prepare.ts'
import { requireProvider } from './providers.ts'
import type { SessionSettings } from './session.ts'

const checks = new Map<string, Promise<ProviderCheck>>()

/**
 * The check of a provider on the check network and then on the model; once per process for each model, provider and level of
 * optimisation. A provider that was refused stays refused.
 *
 * identity  tells models apart; null: nothing is remembered
 * errors    inference.provider, inference.memory
 */
export async function checkedOnce(
  identity: string | null,
  prepared: Prepared,
  settings: SessionSettings,
  form: ProviderForm,
): Promise<ProviderCheck | null> {
  const { provider, optimisation } = settings
  if (provider === 'cpu') return null
  await requireProvider(provider)
  if (identity === null) return crossCheck(prepared, settings, form)
  const key = `${provider} ${optimisation} ${identity}`
  const known = checks.get(key) ?? crossCheck(prepared, settings, form)
  checks.set(key, known)
  return known.catch((error: unknown) => {
    // Memory may be free another time; numbers stay wrong.
    if (!(error instanceof SaliscopeError) || error.code !== 'inference.provider') checks.delete(key)
    throw error
  })
}
