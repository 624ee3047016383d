/** A device cannot do what it tries; `status` is what the control plane answers. */
export class DeviceRefusal extends Error {
  constructor(
    readonly status: 401 | 404 | 409,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'DeviceRefusal';
  }
}
