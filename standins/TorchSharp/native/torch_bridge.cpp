// The whole native side of the TorchSharp stand-in: any operator of libtorch by schema name, through the boxed
// dispatcher, plus the few things that are no operators (autograd, generators, threads, error text, live handles).
// Compiled on first use against the libtorch that the machine has; libtorch 1.13 to 2.x.
//
// Ownership: a tensor handle is one reference to a TensorImpl. Functions borrow the handles that they are given and
// hand out new references; tb_free gives one back. No C++ exception leaves this file: a failing call returns nullptr
// or -1 and leaves its message in tb_error().

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/version.h>

#include <atomic>
#include <cstring>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

namespace {

thread_local std::string last_error;
std::atomic<int64_t> live_handles{0};

enum Tag : int32_t {
  kNone = 0, kTensor = 1, kInt = 2, kDouble = 3, kBool = 4, kIntList = 5, kTensorList = 6,
  kString = 8, kDevice = 9, kIntScalar = 12, kDoubleScalar = 13, kGenerator = 14,
};

// Mirrored by TorchSharp.Interop.Value.
struct Value {
  int32_t tag;
  int32_t count;
  union { int64_t i; double d; void* p; };
};

using TensorPtr = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;

at::Tensor borrow(void* handle) {
  return handle ? at::Tensor(TensorPtr::reclaim_copy(static_cast<at::TensorImpl*>(handle))) : at::Tensor();
}

void* give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  live_handles.fetch_add(1, std::memory_order_relaxed);
  return tensor.unsafeReleaseTensorImpl();
}

at::Tensor take(void* handle) {
  if (!handle) return at::Tensor();
  live_handles.fetch_sub(1, std::memory_order_relaxed);
  return at::Tensor(TensorPtr::reclaim(static_cast<at::TensorImpl*>(handle)));
}

at::TensorImpl* impl(void* handle) { return static_cast<at::TensorImpl*>(handle); }

std::vector<at::Tensor> borrow_all(void** handles, int count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
  return tensors;
}

template <typename Result, typename Body>
Result guarded(Result on_error, Body body) {
  try {
    return body();
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "unknown native exception";
  }
  return on_error;
}

c10::IValue to_ivalue(const Value& value) {
  switch (value.tag) {
    case kTensor: return c10::IValue(borrow(value.p));
    case kInt: return c10::IValue(value.i);
    case kDouble: return c10::IValue(value.d);
    case kBool: return c10::IValue(value.i != 0);
    case kIntScalar: return c10::IValue(at::Scalar(static_cast<int64_t>(value.i)));
    case kDoubleScalar: return c10::IValue(at::Scalar(value.d));
    case kIntList: return c10::IValue(at::IntArrayRef(static_cast<int64_t*>(value.p), value.count));
    case kTensorList: {
      c10::List<at::Tensor> list;
      list.reserve(value.count);
      for (int i = 0; i < value.count; i++) list.push_back(borrow(static_cast<void**>(value.p)[i]));
      return c10::IValue(std::move(list));
    }
    case kString: return c10::IValue(std::string(static_cast<const char*>(value.p), value.count));
    case kDevice: return c10::IValue(c10::Device(std::string(static_cast<const char*>(value.p), value.count)));
    case kGenerator: return c10::IValue(*static_cast<at::Generator*>(value.p));
    default: return c10::IValue();
  }
}

using BackwardCallback = int (*)(void* context, void** grads, int grad_count, void** results, int result_count);
using ReleaseCallback = void (*)(void* context);

// A node of the autograd graph whose backward runs in managed code.
struct ManagedNode : torch::autograd::Node {
  BackwardCallback backward = nullptr;
  ReleaseCallback release = nullptr;
  void* context = nullptr;
  int input_count = 0;
  std::vector<torch::autograd::SavedVariable> saved;

  torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override {
    TORCH_CHECK(release, "this node was not attached to its graph");
    std::vector<void*> in(grads.size()), out(input_count, nullptr);
    for (size_t i = 0; i < grads.size(); i++) in[i] = give(grads[i].defined() ? grads[i] : input_metadata(i).zeros_like());
    // Managed code owns the handles of `in` and has put its error text into last_error when it returns non-zero.
    const int failed = backward(context, in.data(), static_cast<int>(in.size()), out.data(), input_count);
    torch::autograd::variable_list result(input_count);
    for (int i = 0; i < input_count; i++) result[i] = take(out[i]);
    TORCH_CHECK(!failed, last_error);
    return result;
  }

  void release_variables() override {
    for (auto& variable : saved) variable.reset_data();
  }

  ~ManagedNode() override {
    if (release) release(context);
  }
};

// Up to libtorch 2.9 nodes are held by std::shared_ptr, later ones by an intrusive pointer.
template <typename NodeType>
auto make_node() {
  if constexpr (std::is_base_of<c10::intrusive_ptr_target, torch::autograd::Node>::value) {
    return c10::make_intrusive<NodeType>();
  } else {
    return std::shared_ptr<NodeType>(new NodeType(), torch::autograd::deleteNode);
  }
}

template <typename NodeType>
auto shared_node(NodeType* node) {
  if constexpr (std::is_base_of<c10::intrusive_ptr_target, torch::autograd::Node>::value) {
    return c10::intrusive_ptr<NodeType>::reclaim_copy(node);
  } else {
    return node->shared_from_this();
  }
}

}  // namespace

API const char* tb_error() { return last_error.c_str(); }
API void tb_set_error(const char* text) { last_error = text; }
API const char* tb_version() { return TORCH_VERSION; }
API int64_t tb_live() { return live_handles.load(); }

API void tb_free(void* handle) { take(handle); }
API void* tb_alias(void* handle) {
  return guarded<void*>(nullptr, [&] { return give(borrow(handle)); });
}

// --- operators -------------------------------------------------------------------------------------------------------

API void* tb_operator(const char* name, const char* overload) {
  return guarded<void*>(nullptr, [&]() -> void* {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found) {
      last_error = std::string("libtorch ") + TORCH_VERSION + " has no operator " + name + "." + overload;
      return nullptr;
    }
    return new c10::OperatorHandle(*found);
  });
}

// Calls an operator; missing trailing arguments take the schema's defaults, results go to `results`. Returns how many there are, or -1.
API int tb_call(void* op, const Value* arguments, int argument_count, Value* results, int result_capacity) {
  return guarded<int>(-1, [&]() -> int {
    auto& handle = *static_cast<c10::OperatorHandle*>(op);
    const auto& declared = handle.schema().arguments();
    torch::jit::Stack stack;
    stack.reserve(declared.size());
    for (int i = 0; i < argument_count; i++) stack.emplace_back(to_ivalue(arguments[i]));
    for (size_t i = argument_count; i < declared.size(); i++) {
      if (declared[i].default_value()) stack.emplace_back(*declared[i].default_value());
      else stack.emplace_back();
    }
    handle.callBoxed(&stack);
    int count = 0;
    auto put = [&](Value value) {
      if (count < result_capacity) results[count] = value;
      else if (value.tag == kTensor) tb_free(value.p);
      count++;
    };
    for (auto& item : stack) {
      Value value{kNone, 0, {0}};
      if (item.isTensor()) {
        value.tag = kTensor;
        value.p = give(std::move(item).toTensor());
        put(value);
      } else if (item.isBool()) {
        value.tag = kBool;
        value.i = item.toBool();
        put(value);
      }
    }
    return count;
  });
}

// --- tensors ---------------------------------------------------------------------------------------------------------

API int64_t tb_dim(void* handle) { return impl(handle)->dim(); }
API int64_t tb_numel(void* handle) { return impl(handle)->numel(); }
API void tb_sizes(void* handle, int64_t* out) {
  auto sizes = impl(handle)->sizes();
  for (size_t i = 0; i < sizes.size(); i++) out[i] = sizes[i];
}
API int tb_dtype(void* handle) { return static_cast<int>(c10::typeMetaToScalarType(impl(handle)->dtype())); }
API int64_t tb_element_size(void* handle) { return impl(handle)->dtype().itemsize(); }
API int tb_device_type(void* handle) { return static_cast<int>(impl(handle)->device().type()); }
API int tb_device_index(void* handle) { return impl(handle)->device().index(); }
API int tb_is_contiguous(void* handle) { return impl(handle)->is_contiguous(); }
API void* tb_data(void* handle) {
  return guarded<void*>(nullptr, [&] { return borrow(handle).data_ptr(); });
}

API int tb_set_data(void* handle, void* data) {
  return guarded<int>(-1, [&] { borrow(handle).set_data(borrow(data)); return 0; });
}

API void* tb_from_data(const void* data, int64_t bytes, const int64_t* sizes, int dim, int dtype) {
  return guarded<void*>(nullptr, [&] {
    auto tensor = at::empty(at::IntArrayRef(sizes, dim), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
    TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "expected ", tensor.nbytes(), " bytes, got ", bytes);
    if (bytes > 0) std::memcpy(tensor.data_ptr(), data, bytes);
    return give(std::move(tensor));
  });
}

// --- autograd --------------------------------------------------------------------------------------------------------

API int tb_requires_grad(void* handle) { return borrow(handle).requires_grad(); }
API int tb_set_requires_grad(void* handle, int value) {
  return guarded<int>(-1, [&] { borrow(handle).set_requires_grad(value != 0); return 0; });
}
API int tb_is_leaf(void* handle) { return borrow(handle).is_leaf(); }
API void* tb_grad(void* handle) { return give(borrow(handle).grad()); }
API int tb_set_grad(void* handle, void* grad) {
  return guarded<int>(-1, [&] { borrow(handle).mutable_grad() = borrow(grad); return 0; });
}
API int tb_backward(void** tensors, int count, void** grads, int grad_count, int retain_graph, int create_graph) {
  return guarded<int>(-1, [&] {
    torch::autograd::backward(borrow_all(tensors, count), borrow_all(grads, grad_count), retain_graph != 0, create_graph != 0);
    return 0;
  });
}
API int tb_autograd_grad(void** outputs, int output_count, void** inputs, int input_count, void** grads, int grad_count,
                         int retain_graph, int create_graph, int allow_unused, void** results) {
  return guarded<int>(-1, [&] {
    auto found = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count),
                                       borrow_all(grads, grad_count), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int i = 0; i < input_count; i++) results[i] = give(found[i]);
    return 0;
  });
}
API int tb_grad_mode() { return at::GradMode::is_enabled(); }
API void tb_set_grad_mode(int enabled) { at::GradMode::set_enabled(enabled != 0); }

// Makes `outputs` results of a node whose backward is `callback`. Returns the node, valid as long as one of the outputs
// alive; its saved variables can be asked for inside the callback. After a failure `release` has not been called.
API void* tb_attach_node(void** inputs, int input_count, void** outputs, int output_count, void** saved, int saved_count,
                         BackwardCallback callback, ReleaseCallback release, void* context) {
  return guarded<void*>(nullptr, [&]() -> void* {
    auto variables = borrow_all(inputs, input_count);
    auto node = make_node<ManagedNode>();
    node->backward = callback;
    node->context = context;
    node->input_count = input_count;
    node->set_next_edges(torch::autograd::collect_next_edges(variables));
    for (int i = 0; i < output_count; i++) {
      auto output = borrow(outputs[i]);
      torch::autograd::set_history(output, node);
    }
    for (int i = 0; i < saved_count; i++) {
      auto tensor = borrow(saved[i]);
      bool is_output = false;
      for (int k = 0; k < output_count; k++) is_output |= outputs[k] == saved[i];
      node->saved.emplace_back(tensor, is_output);
    }
    node->release = release;
    return node.get();
  });
}
API int tb_saved_variables(void* handle, void** results) {
  return guarded<int>(-1, [&]() -> int {
    auto* node = static_cast<ManagedNode*>(handle);
    // All before the first is handed out: one that was changed in place, or freed by an earlier backward, throws.
    std::vector<at::Tensor> unpacked;
    for (const auto& variable : node->saved) unpacked.push_back(variable.unpack(shared_node<torch::autograd::Node>(node)));
    for (size_t i = 0; i < unpacked.size(); i++) results[i] = give(std::move(unpacked[i]));
    return static_cast<int>(unpacked.size());
  });
}

// --- generators, threads ---------------------------------------------------------------------------------------------

API void* tb_generator(uint64_t seed, const char* device) {
  return guarded<void*>(nullptr, [&]() -> void* {
    c10::Device target{std::string(device)};
    at::Generator generator = target.is_cpu()
        ? at::make_generator<at::CPUGeneratorImpl>(seed)
        : at::globalContext().defaultGenerator(target).clone();
    generator.set_current_seed(seed);
    return new at::Generator(std::move(generator));
  });
}
API void* tb_default_generator() { return new at::Generator(at::detail::getDefaultCPUGenerator()); }
API void tb_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }
API int tb_manual_seed(uint64_t seed) {
  return guarded<int>(-1, [&] { at::manual_seed(seed); return 0; });
}
API int tb_set_threads(int count) {
  return guarded<int>(-1, [&] { at::set_num_threads(count); return 0; });
}
