import { ApiError } from '../errors.ts';

export function invalidField(field: string, value: string, allowed: string): ApiError {
  return new ApiError('request.invalid', `${field} ${allowed}`, [{ field, value, allowed }]);
}
