import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { apiFetch } from '../app/api.ts'

/** A picture of the API: an <img> cannot send the token, so it is fetched and shown as a blob. */
export function AuthorizedImage({ path, alt, className }: { path: string; alt: string; className?: string }) {
  const blob = useQuery({
    queryKey: ['pictures', path],
    queryFn: async ({ signal }) => (await apiFetch(path, { signal })).blob(),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (blob.data === undefined) return
    const made = URL.createObjectURL(blob.data)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob.data])
  return address === null ? null : <img src={address} alt={alt} className={className} />
}
