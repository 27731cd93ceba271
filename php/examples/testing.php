<?php

declare(strict_types=1);

/* Code that calls a daemon, tested without one: php php/examples/testing.php */

use PixlIpc\Exception\RemoteException;
use PixlIpc\Testing\FakeTransport;
use PixlIpc\Transport;

require __DIR__ . '/../autoload.php';

final readonly class Checkout
{
    public function __construct(private Transport $ipc) {}

    public function order(string $sku): string
    {
        try {
            $this->ipc->call('/orders/place', ['sku' => $sku]);
            return 'ordered';
        } catch (RemoteException $error) {
            return $error->errorCode === 'orders.sold_out' ? 'sold out' : throw $error;
        }
    }
}

$ipc = new FakeTransport();
$checkout = new Checkout($ipc);

$ipc->reply('/orders/place', ['id' => 7]);
echo $checkout->order('a1'), "\n";

$ipc->fail('/orders/place', new RemoteException('orders.sold_out', 'none left'));
echo $checkout->order('b2'), "\n";

echo count($ipc->calls('/orders/place')), " calls\n";
