// The OpenAPI 3.1 description of this interface, made from the same `serialize` functions that read
// the requests.
#pragma once

#include <string>

namespace huiyin::api {

// Made once; thread-safe.
const std::string& openapi_json();

}  // namespace huiyin::api
