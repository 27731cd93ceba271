import type { Declaration, EndpointModel, TypeModel } from '../../model/client-model';

/** The named types that a type refers to by itself, not those within them. */
export function referredTo(type: TypeModel): Declaration[] {
  switch (type.kind) {
    case 'reference':
      return [type.to];
    case 'list':
      return referredTo(type.items);
    case 'map':
      return referredTo(type.values);
    case 'nullable':
      return referredTo(type.of);
    default:
      return [];
  }
}

/** The named types that endpoints take and give. */
export function typesOfEndpoints(endpoints: readonly EndpointModel[]): Declaration[] {
  return endpoints.flatMap(({ request, response }) => [...referredTo(request), ...referredTo(response)]);
}
