<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/** Stands where an object has no member of a name: what null cannot say where null is a value of its own. */
enum Absent
{
    case Value;
}
