// scaffold: ignore because it is fine
use worker::*;
