import { useQuery } from '@tanstack/react-query'
import type { Model } from '../../main/shared/domain/model.ts'
import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import { getJson } from '../app/api.ts'

export interface SuggestedCard {
  readonly card: ModelCard
  /** Names of the fields the file cannot prove. */
  readonly ask: readonly string[]
}

export const useModels = () =>
  useQuery({ queryKey: ['models'], queryFn: ({ signal }) => getJson<Model[]>('/api/models', signal) })
export const useModel = (id: string | undefined) =>
  useQuery({
    queryKey: ['models', id],
    queryFn: ({ signal }) => getJson<Model>(`/api/models/${id}`, signal),
    enabled: id !== undefined,
  })
export const useSuggestedCard = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['models', id, 'suggested-card'],
    queryFn: ({ signal }) => getJson<SuggestedCard>(`/api/models/${id}/suggested-card`, signal),
    enabled,
  })
